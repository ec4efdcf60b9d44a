import type { NetworkStart } from '../../control/message.ts';
import type { JobContext } from '../job-context.ts';
import type { JobOptions } from '../options.ts';
import { runtimeParcel } from '../parcel/runtime.ts';
import type { AgentLink } from '../remote/agent-link.ts';
import type { RunningAgent } from '../remote/agents.ts';
import { allHosts } from '../remote/all-hosts.ts';
import type { PartBase } from '../remote/part.ts';
import { baseOf } from '../remote/prepare.ts';
import type { ProbePlace } from '../remote/protocol.ts';
import { findRoutes, type ProbedHost, type Route, type Routes } from '../remote/routes.ts';
import { settled } from '../remote/settled.ts';

/** The hosts of a job that runs; what is added is added to these. */
export interface HostsOfJob {
  readonly options: JobOptions;
  readonly context: JobContext;
  /** Those that have an agent, by number. */
  readonly links: Map<number, AgentLink>;
  /** What all parts of each have in common. */
  readonly bases: Map<number, PartBase>;
  /** The number of the host of each process. */
  readonly hostOfRank: readonly number[];
  /** Start an agent on one that has none. @throws HostError */
  readonly startAgent: (number: number) => Promise<RunningAgent>;
}

/** Where ranks of one host accept messages that were told of no other. */
const LOOPBACK = '127.0.0.1';

/** Brings hosts into a job that runs, when something is to be spawned there first. */
export class MoreHosts {
  readonly #job: HostsOfJob;
  #added = false;

  constructor(job: HostsOfJob) {
    this.#job = job;
  }

  /** What the ranks of a host are to know of the network, if that has changed since they were started. */
  networkOf(host: number): NetworkStart | undefined {
    return this.#added ? this.#job.bases.get(host)?.network : undefined;
  }

  /**
   * Start an agent on each of these hosts, as far as there is none, and find out how it and the others reach each other.
   *
   * @throws AggregateError of what is wrong with them; then none is added
   */
  async add(numbers: Iterable<number>): Promise<void> {
    const { links, startAgent } = this.#job;
    const missing = [...new Set(numbers)].filter((number) => !links.has(number));
    if (missing.length === 0) return;
    const starting = new Map(missing.map((number) => [number, startAgent(number)]));
    try {
      await this.#join(await allHosts(starting));
    } catch (error) {
      // Those that run are of no use without the others.
      for (const agent of starting.values()) {
        void agent.then(
          ({ link }) => link.end(),
          () => {},
        );
      }
      throw error;
    }
  }

  async #join(added: ReadonlyMap<number, RunningAgent>): Promise<void> {
    const { links, bases, context } = this.#job;
    const runtimes = new Map(
      [...added].map(([number, { facts }]) => [
        number,
        runtimeParcel(facts, context.installation.root),
      ]),
    );
    const supplying = [...added].map(async ([number, { link }]) => {
      const runtime = runtimes.get(number);
      if (runtime !== undefined) await link.supply([runtime]);
    });
    const finding = this.#findRoutes(added);
    await settled([...supplying, finding]);
    const routes = await finding;
    for (const [number, { link }] of added) links.set(number, link);
    for (const number of links.keys()) {
      const runtime = bases.get(number)?.runtime ?? runtimes.get(number)?.hash ?? '';
      bases.set(number, this.#baseOf(number, runtime, routes.get(number)));
    }
    this.#added = true;
  }

  /** Have the hosts that there are listen once more, and all those try that do not know each other. */
  async #findRoutes(added: ReadonlyMap<number, RunningAgent>): Promise<Routes> {
    const { links } = this.#job;
    const hosts = new Map<number, ProbedHost>();
    try {
      const listening = [...links].map(async ([number, link]) => {
        hosts.set(number, { link, facts: { probe: await this.#listen(number, link) } });
      });
      await settled(listening);
      for (const [number, agent] of added) hosts.set(number, agent);
      return await findRoutes(hosts, (from, to) => added.has(from) || added.has(to));
    } finally {
      for (const { link } of hosts.values()) link.listenNoMore();
    }
  }

  #listen(number: number, link: AgentLink): Promise<ProbePlace | undefined> {
    const { options, hostOfRank } = this.#job;
    const { interfaces, portRange, transports } = options;
    const { network } = this.#job.bases.get(number) as PartBase;
    // Ranks that accept messages already do so at these addresses, and at no others.
    const several = hostOfRank.filter((host) => host === number).length > 1;
    const atLoopback = several && transports.includes('zeromq-tcp');
    const bound = network?.bind ?? (atLoopback ? [LOOPBACK] : undefined);
    return link.listen({ interfaces: bound ?? interfaces, portRange });
  }

  #baseOf(number: number, runtime: string, found: Route | undefined): PartBase {
    const { bases, options } = this.#job;
    const before = bases.get(number)?.network;
    const routes = [...(before?.routes ?? [])];
    for (const [other, address] of found?.routes.entries() ?? []) {
      if (address !== '') routes[other] = address;
    }
    const bind = before?.bind ?? found?.bind ?? [];
    return baseOf(runtime, { bind, routes: Array.from(routes, (one) => one ?? '') }, options);
  }
}
