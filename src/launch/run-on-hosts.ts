import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../hosts/host.ts';
import type { JobContext } from './job-context.ts';
import type { JobOptions } from './options.ts';
import type { Parcel } from './parcel/parcel.ts';
import { runtimeParcel } from './parcel/runtime.ts';
import type { RankPlan } from './plan.ts';
import type { PackedProgram } from './programs.ts';
import { runHere } from './remote/agent-process.ts';
import { Agents, type RunningAgent } from './remote/agents.ts';
import { HostError } from './remote/host-error.ts';
import { Notices } from './remote/notices.ts';
import { hostRank, type PartBase } from './remote/part.ts';
import { HostProgress } from './remote/progress.ts';
import { RemoteStarter } from './remote/remote-starter.ts';
import { findRoutes } from './remote/routes.ts';
import { settled } from './remote/settled.ts';
import { startFor } from './remote/start-for.ts';
import { stdinOf } from './run-here.ts';
import { runAndForward } from './run-job.ts';
import { startWarden } from './start/warden.ts';
import type { LostHost } from './supervise/failure.ts';
import type { RunningJob } from './supervise.ts';

/** The job could not be started because of its hosts. */
const HOSTS_EXIT_CODE = 1;

/**
 * Run a job that has other hosts, by an agent on each of them.
 *
 * @param hosts  all hosts of the job; those without ranks are left alone
 * @param programs  resolves once each source file is compiled
 * @returns the exit code
 */
export async function runOnHosts(
  options: JobOptions,
  plans: readonly RankPlan[],
  hosts: readonly Host[],
  programs: Promise<ReadonlyMap<string, PackedProgram>>,
  context: JobContext,
): Promise<number> {
  const job = new HostsJob(options, plans, hosts, context);
  try {
    return await job.run(programs);
  } catch (error) {
    const errors = hostErrors(error);
    if (errors === undefined) throw error;
    context.process.stderr.write(errors.map(describeHostError).join(''));
    return HOSTS_EXIT_CODE;
  } finally {
    await job.close();
  }
}

class HostsJob {
  readonly #options: JobOptions;
  readonly #plans: readonly RankPlan[];
  readonly #context: JobContext;
  /** Those with ranks, by number. */
  readonly #hosts: ReadonlyMap<number, Host>;
  readonly #warden = startWarden();
  readonly #progress: HostProgress;
  #agents: Agents | undefined;
  /** The number of the host of each process. */
  readonly #hostOfRank: number[];
  #running: RunningJob<RankPlan> | undefined;
  /** Hosts that were lost before the ranks were started. */
  readonly #lostEarly: LostHost[] = [];

  constructor(
    options: JobOptions,
    plans: readonly RankPlan[],
    hosts: readonly Host[],
    context: JobContext,
  ) {
    this.#options = options;
    this.#plans = plans;
    this.#context = context;
    this.#hostOfRank = plans.map(({ host }) => host);
    const used = [...new Set(plans.map(({ host }) => host))].sort((a, b) => a - b);
    this.#hosts = new Map(used.map((number) => [number, hosts[number] as Host]));
    this.#progress = new HostProgress(used.length, context, options);
  }

  async run(programs: Promise<ReadonlyMap<string, PackedProgram>>): Promise<number> {
    const { process, cwd } = this.#context;
    // A mistake in the program is told before what the hosts say, and need not wait for them.
    programs.catch(() => {});
    this.#agents = this.#startAgents();
    const packed = await programs;
    const running = await allHosts(this.#agents.running);
    this.#progress.done();
    const links = new Map([...running].map(([number, { link }]) => [number, link]));
    const starter = new RemoteStarter(links, () => this.close());
    const bases = await this.#prepare(running, packed);
    return await runAndForward(
      {
        options: this.#options,
        commands: this.#plans,
        starter,
        hostOf: (rank) => this.#nameOf(this.#hostOfRank[rank] ?? 0),
        cwd,
        loadGrower: async (job, note) => {
          const { growOnHosts } = await import('./grow/on-hosts.ts');
          const hostOfRank = this.#hostOfRank;
          const ground = { plans: this.#plans, context: this.#context, links, bases, hostOfRank };
          return growOnHosts({ options: this.#options, ...ground }, job, note);
        },
      },
      process,
      (job) => {
        this.#running = job;
        for (const lost of this.#lostEarly) job.hostLost(lost);
      },
    );
  }

  /** Let go of all hosts, whatever they are about. */
  async close(): Promise<void> {
    this.#progress.done();
    await this.#agents?.end();
    this.#warden.end();
  }

  #startAgents(): Agents {
    const { hostTimeoutSeconds, interfaces, portRange, node } = this.#options;
    const { installation, host } = this.#context;
    return new Agents(this.#hosts, {
      startFor: startFor(this.#options, host),
      run: (command) => runHere(command, this.#warden),
      code: readFileSync(join(installation.root, 'dist/bin/agent.cjs'), 'utf8'),
      start: {
        hostTimeoutMs: hostTimeoutSeconds * 1000,
        network: this.#hosts.size > 1 ? { interfaces, portRange } : undefined,
      },
      node,
      onHello: (number, { nodeVersion }) => {
        this.#progress.joined(this.#nameOf(number), `Node ${nodeVersion}`);
      },
      onLost: (number, { message, remedy }) => {
        const name = this.#nameOf(number);
        // Some may have been planned that were then not wanted.
        const known = this.#hostOfRank.slice(0, this.#running?.size ?? this.#plans.length);
        const ranks = known.flatMap((on, rank) => (on === number ? [rank] : []));
        const lost = { name, ranks, reason: message, remedy: remedy === '' ? undefined : remedy };
        if (this.#running === undefined) this.#lostEarly.push(lost);
        else this.#running.hostLost(lost);
      },
    });
  }

  /**
   * Bring each host what it lacks, find out how they reach each other, and give each its part.
   *
   * @returns by number of host, what all its parts have in common
   */
  async #prepare(
    running: ReadonlyMap<number, RunningAgent>,
    programs: ReadonlyMap<string, PackedProgram>,
  ): Promise<ReadonlyMap<number, PartBase>> {
    const runtimes = new Map<number, Parcel>();
    const bases = new Map<number, PartBase>();
    const supplying = [...running].map(async ([number, { link, facts }]) => {
      const runtime = runtimeParcel(facts, this.#context.installation.root);
      runtimes.set(number, runtime);
      const own = this.#plans.filter(({ host }) => host === number);
      const needed = new Set(own.flatMap(({ program }) => programs.get(program)?.parcel ?? []));
      const brought = await link.supply([runtime, ...needed]);
      for (const { name } of brought) this.#context.verbose(`${link.host}: brought the ${name}`);
    });
    const findingRoutes = running.size > 1 ? findRoutes(running) : Promise.resolve(undefined);
    await settled([...supplying, findingRoutes]);
    const routes = await findingRoutes;
    const notices = new Notices();
    const preparing = [...running].map(async ([number, { link }]) => {
      const base = this.#baseOf(number, runtimes.get(number)?.hash ?? '', routes);
      bases.set(number, base);
      const ranks = this.#plans
        .filter(({ host }) => host === number)
        .map((plan) => hostRank(plan, stdinOf(this.#options, plan.rank), programs));
      const { network, ...part } = base;
      const hosts = network && this.#hostOfRank;
      const common = { ...this.#context.common, hosts, network };
      const ready = await link.prepare({ ...part, common, ranks });
      this.#context.verbose(`${ranks.length} ranks on ${link.host}, ${ready.transport}`);
      for (const notice of ready.notices) notices.add(notice, link.host);
    });
    await settled(preparing);
    for (const line of this.#options.quiet ? [] : notices.lines()) {
      this.#context.process.stderr.write(`tsrun: ${line}\n`);
    }
    return bases;
  }

  #baseOf(
    number: number,
    runtime: string,
    routes: Awaited<ReturnType<typeof findRoutes>> | undefined,
  ): PartBase {
    const { encrypt, portRange, transports, wait } = this.#options;
    const route = routes?.get(number);
    for (const [other, address] of route?.routes.entries() ?? []) {
      if (address === '') continue;
      this.#context.verbose(`${this.#nameOf(number)} reaches ${this.#nameOf(other)} at ${address}`);
    }
    const network = route && { ...route, encrypt, portRange };
    return { runtime, transports, wait, network };
  }

  #nameOf(number: number): string {
    return this.#hosts.get(number)?.name ?? `host ${number}`;
  }
}

async function allHosts<T>(starting: ReadonlyMap<number, Promise<T>>): Promise<Map<number, T>> {
  await settled([...starting.values()]);
  const entries = [...starting].map(async ([number, value]) => [number, await value] as const);
  return new Map(await Promise.all(entries));
}

/** What is wrong with which hosts, if that and nothing else is what happened. */
function hostErrors(error: unknown): readonly HostError[] | undefined {
  const all: unknown[] = error instanceof AggregateError ? error.errors : [error];
  const ours = all.filter((one): one is HostError => one instanceof HostError);
  return ours.length === all.length ? ours : undefined;
}

function describeHostError({ host, message, remedy }: HostError): string {
  return `tsrun: host ${host}: ${message}\n${remedy === '' ? '' : `  ${remedy}\n`}`;
}
