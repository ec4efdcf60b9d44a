import { hostname } from 'node:os';
import process from 'node:process';
import type { RankStart } from '../control/message.ts';
import type { ControlPipe } from '../control/pipe.ts';
import type { Engine } from '../match/engine.ts';
import { JoinedPorts } from '../ports/joined-ports.ts';
import { Ports } from '../ports/ports.ts';
import type { ForeignWays } from '../ports/surroundings.ts';
import type { LauncherSpawner } from '../rank/launcher-spawner.ts';
import { realClock } from '../rank/real-clock.ts';
import type { Transports } from '../rank/transports.ts';

/** What leads from a process to its launcher, its engine and its transports. */
export interface Surroundings {
  readonly start: RankStart;
  readonly pipe: ControlPipe;
  readonly spawner: LauncherSpawner;
  readonly engine: Engine;
  readonly transports: Transports;
}

/** What leads from a process to other jobs. */
export interface OtherJobs {
  readonly gateway: JoinedPorts;
  readonly ports: Ports;
}

/** Join what leads to other jobs with the rest of this process. */
export function joinPorts(around: Surroundings): OtherJobs {
  const { start, pipe, spawner, engine, transports } = around;
  const { rank, size, keys, hosts, network, world = { first: 0, count: size } } = start;
  const gateway = new JoinedPorts({
    clock: realClock,
    job: () => keys?.publicKey ?? `${hostname()}:${transports.folder || process.pid}`,
    ready: () => spawner.ready(),
    program: start.program || (process.argv[1] ?? 'node'),
    host: hosts?.[rank] ?? 0,
    bind: network?.bind ?? [],
    range: network?.portRange,
    size: () => engine.size,
    reserve: (count, name) => spawner.reserve(count, name),
    tell: (message) => pipe.send(message),
    ways: () => transports.foreign as ForeignWays,
    introduce: (processes) => engine.introduce(processes),
    dismiss: (processes) => engine.dismiss(processes),
  });
  const caller = { who: `rank ${rank - world.first}`, ownWorldRank: rank, size: world.count };
  return { gateway, ports: new Ports(gateway, caller) };
}
