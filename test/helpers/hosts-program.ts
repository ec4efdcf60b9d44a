/**
 * A launcher reduced to several hosts that are all this one: each has memory and a folder of its own, and an
 * address of the loopback interface. What `test/helpers/hosts.ts` starts.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { curveKeyPair } from 'zeromq';
import type { RankStart, WaitMode } from '../../src/control/message.ts';
import { compile } from '../../src/launch/compile/compile.ts';
import { ownInstallation, versionOf } from '../../src/launch/installation.ts';
import { rankCommand } from '../../src/launch/rank-command.ts';
import { HostMemory } from '../../src/launch/segment.ts';
import { startLocally } from '../../src/launch/start/local.ts';
import { runJob } from '../../src/launch/supervise.ts';

/** What the first argument holds, as JSON. */
export interface HostsPlan {
  /** Absolute path of the program that all ranks run. */
  readonly program: string;
  readonly args: readonly string[];
  /** The number of the host of each rank. */
  readonly hosts: readonly number[];
  /** The addresses of each host. */
  readonly addresses: readonly (readonly string[])[];
  readonly transport: 'shm' | 'zeromq-tcp';
  readonly encrypt: boolean;
  readonly portRange?: { readonly first: number; readonly last: number } | undefined;
  readonly wait?: WaitMode | undefined;
  /** A private folder. */
  readonly folder: string;
}

const { program, args, hosts, addresses, transport, encrypt, portRange, wait, folder } = JSON.parse(
  process.argv[2] ?? '',
) as HostsPlan;
const installation = ownInstallation();
const { runtime, library } = installation;
const { entry } = await compile({ program, runtime, version: versionOf(installation) });
const keys = curveKeyPair();
const commands = addresses.flatMap((bind, host) => {
  const own = hosts.flatMap((other, rank) => (other === host ? [rank] : []));
  const made = transport === 'shm' && own.length > 1 ? new HostMemory().add(own) : undefined;
  const place = join(folder, String(host));
  mkdirSync(place, { mode: 0o700 });
  const common: Omit<RankStart, 'rank' | 'program' | 'compiled'> = {
    size: hosts.length,
    transport,
    segment: made && {
      part: made.part,
      homes: made.homes,
      crowded: wait === undefined,
      wait: wait ?? 'adaptive',
      addon: made.addon,
    },
    folder: place,
    library,
    eagerBytes: 32 * 1024,
    keys,
    hosts,
    network: {
      bind,
      portRange,
      routes: addresses.map(([first = ''], other) => (other === host ? '' : first)),
      encrypt,
    },
  };
  const start = { common, installation, segment: made?.file };
  return own.map((rank) => {
    const wdir = process.cwd();
    const ready = { rank, program, compiled: entry, args, env: {}, wdir, nodeArgs: [] };
    return rankCommand({ ...ready, stdin: 'null' }, start, process);
  });
});

const job = runJob(
  {
    size: hosts.length,
    graceSeconds: undefined,
    timeoutSeconds: undefined,
    onFailure: 'kill',
    onDeadlock: 'end',
    quiet: false,
    check: false,
    hostOf: (rank) => `host${hosts[rank]}`,
    cwd: process.cwd(),
  },
  commands.sort((a, b) => a.rank - b.rank),
  startLocally(),
  {
    onStarted: ({ stdout, stderr }) => {
      stdout.pipe(process.stdout, { end: false });
      stderr.pipe(process.stderr, { end: false });
    },
    abandon: () => {},
    note: (text) => console.error(text),
    tail: () => [],
  },
);
process.exitCode = await job.exitCode;
