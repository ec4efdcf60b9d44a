import type { Host } from '../../hosts/host.ts';
import type { RemoteOptions } from '../options/remote.ts';
import type { Warden } from '../start/warden.ts';
import { AgentLink } from './agent-link.ts';
import { type RemoteProcess, runHere } from './agent-process.ts';
import { bootstrapCommand } from './bootstrap.ts';
import type { RemoteStart } from './command.ts';
import type { HostError } from './host-error.ts';
import { insistently } from './insistently.ts';
import type { AgentStart, HostFacts } from './protocol.ts';

/** What starting agents depends on. */
export interface AgentsOptions {
  /** How a command is started on another host; undefined for this host itself. */
  readonly startFor: (host: Host) => RemoteStart | undefined;
  /** The agent's code. */
  readonly code: string;
  readonly start: AgentStart;
  /** `--node`, for other hosts. */
  readonly node: RemoteOptions['node'];
  readonly warden: Warden;
  /** Called for each link as it is made, before anything is known of its agent: to be ended in the end. */
  readonly onLink: (link: AgentLink) => void;
  /** Called once for each agent that runs. */
  readonly onHello: (host: number, facts: HostFacts) => void;
  /** A host is lost after its agent ran. */
  readonly onLost: (host: number, error: HostError) => void;
}

/** So many hosts are reached from one; those beyond are reached from these. */
const FAN_OUT = 32;

/**
 * Start an agent on each of these hosts, all at the same time.
 *
 * The first 32 are started from here, and each of them starts up to 32 more, and so on: no host holds more than so
 * many connections. A host that cannot be reached that way is tried from here.
 *
 * @param hosts  by number
 * @returns a link to each of them, and of each host whether its agent runs
 */
export function startAgents(
  hosts: ReadonlyMap<number, Host>,
  options: AgentsOptions,
): ReadonlyMap<number, Promise<{ link: AgentLink; facts: HostFacts }>> {
  const starting: Promise<{ link: AgentLink; facts: HostFacts }>[] = [];
  const result = new Map<number, Promise<{ link: AgentLink; facts: HostFacts }>>();
  for (const [number, host] of hosts) {
    const parent = starting[Math.floor(starting.length / FAN_OUT) - 1];
    const started = startAgent(number, host, parent, options);
    // Who needs it will ask; until then it is no fault of ours.
    started.catch(() => {});
    starting.push(started);
    result.set(number, started);
  }
  return result;
}

async function startAgent(
  number: number,
  host: Host,
  parent: Promise<{ link: AgentLink }> | undefined,
  options: AgentsOptions,
): Promise<{ link: AgentLink; facts: HostFacts }> {
  if (parent !== undefined && options.startFor(host) !== undefined) {
    try {
      const { link } = await parent;
      return await greet(number, host, (command) => link.relay(command), options);
    } catch {
      // Not every host may reach every other one.
    }
  }
  return await insistently(() =>
    greet(number, host, (command) => runHere(command, options.warden), options),
  );
}

async function greet(
  number: number,
  host: Host,
  run: (command: readonly string[]) => RemoteProcess,
  options: AgentsOptions,
): Promise<{ link: AgentLink; facts: HostFacts }> {
  const { startFor, code, start, node, onLink, onHello, onLost } = options;
  const remote = startFor(host);
  const command =
    remote === undefined
      ? bootstrapCommand(process.execPath)
      : remote.commandFor(host, bootstrapCommand(node));
  const link = new AgentLink(run(command), {
    host: host.name,
    startName: remote?.name ?? 'sh',
    code,
    start,
    onLost: (error) => onLost(number, error),
  });
  onLink(link);
  const facts = await link.hello();
  onHello(number, facts);
  return { link, facts };
}
