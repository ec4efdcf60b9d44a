import type { Host } from '../../hosts/host.ts';
import type { RemoteOptions } from '../options/remote.ts';
import { AgentLink } from './agent-link.ts';
import type { RemoteProcess } from './agent-process.ts';
import { bootstrapCommand } from './bootstrap.ts';
import type { RemoteStart } from './command.ts';
import { HostError } from './host-error.ts';
import { insistently } from './insistently.ts';
import type { AgentStart, HostFacts } from './protocol.ts';

/** What starting agents depends on. */
export interface AgentsOptions {
  /** How a command is started on another host; undefined for this host itself. */
  readonly startFor: (host: Host) => RemoteStart | undefined;
  /** Run a command of this host. */
  readonly run: (command: readonly string[]) => RemoteProcess;
  /** The agent's code. */
  readonly code: string;
  readonly start: AgentStart;
  /** `--node`, for other hosts. */
  readonly node: RemoteOptions['node'];
  /** Called once for each agent that runs. */
  readonly onHello: (host: number, facts: HostFacts) => void;
  /** A host is lost after its agent ran. */
  readonly onLost: (host: number, error: HostError) => void;
}

/** A host whose agent runs. */
export interface RunningAgent {
  readonly link: AgentLink;
  readonly facts: HostFacts;
}

/** So many hosts are reached from one; those beyond are reached from these. */
const FAN_OUT = 32;

/**
 * An agent on each of these hosts, all started at the same time.
 *
 * The first 32 are started from here, and each of them starts up to 32 more, and so on: no host holds more than so
 * many connections. A host that cannot be reached that way is tried from here.
 */
export class Agents {
  /** By number of host: resolves once its agent runs; rejects with a HostError. */
  readonly running: ReadonlyMap<number, Promise<RunningAgent>>;
  readonly #options: AgentsOptions;
  /** All that were ever begun, by their distance from here. */
  readonly #links: AgentLink[][] = [];
  #ended: Promise<void> | undefined;

  /** @param hosts  by number */
  constructor(hosts: ReadonlyMap<number, Host>, options: AgentsOptions) {
    this.#options = options;
    const starting: { readonly agent: Promise<RunningAgent>; readonly distance: number }[] = [];
    const running = new Map<number, Promise<RunningAgent>>();
    for (const [number, host] of hosts) {
      const parent = starting[Math.floor(starting.length / FAN_OUT) - 1];
      const distance = parent === undefined ? 0 : parent.distance + 1;
      const agent = this.#start(number, host, distance, parent?.agent);
      // Who needs it will ask; until then it is no fault of ours.
      agent.catch(() => {});
      starting.push({ agent, distance });
      running.set(number, agent);
    }
    this.running = running;
  }

  /** Start one more, from here. @throws HostError */
  async add(number: number, host: Host, start: AgentStart): Promise<RunningAgent> {
    return await insistently(() => this.#greet(number, host, 0, this.#options.run, start));
  }

  /** Let all of them go, those that have not said a word yet as well. */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    // The way to those that are farther leads over the others.
    for (const links of [...this.#links].reverse()) {
      await Promise.all(links.map((link) => link.end()));
    }
  }

  async #start(
    number: number,
    host: Host,
    distance: number,
    parent: Promise<RunningAgent> | undefined,
  ): Promise<RunningAgent> {
    const { startFor, run } = this.#options;
    if (parent !== undefined && startFor(host) !== undefined) {
      try {
        const { link } = await parent;
        return await this.#greet(number, host, distance, (command) => link.relay(command));
      } catch {
        // Not every host may reach every other one.
      }
    }
    return await insistently(() => this.#greet(number, host, distance, run));
  }

  async #greet(
    number: number,
    host: Host,
    distance: number,
    run: AgentsOptions['run'],
    start = this.#options.start,
  ): Promise<RunningAgent> {
    if (this.#ended !== undefined) throw new HostError(host.name, 'it is needed no more');
    const { startFor, code, node, onHello, onLost } = this.#options;
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
    this.#links[distance] ??= [];
    this.#links[distance].push(link);
    const facts = await link.hello();
    onHello(number, facts);
    return { link, facts };
  }
}
