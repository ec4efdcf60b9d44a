import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../hosts/host.ts';
import type { JobContext } from './job-context.ts';
import { endAfter } from './join/end.ts';
import type { MemberEnd } from './join/protocol.ts';
import type { JobOptions } from './options.ts';
import type { Parcel } from './parcel/parcel.ts';
import { runtimeParcel } from './parcel/runtime.ts';
import type { RankPlan } from './plan.ts';
import type { PackedProgram } from './programs.ts';
import type { AgentLink } from './remote/agent-link.ts';
import { startAgents } from './remote/agents.ts';
import type { RemoteStart } from './remote/command.ts';
import { HostError } from './remote/host-error.ts';
import { HostProgress } from './remote/progress.ts';
import type { HostPart, HostRank } from './remote/protocol.ts';
import { RemoteStarter } from './remote/remote-starter.ts';
import { findRoutes, type RunningHost } from './remote/routes.ts';
import { startFor } from './remote/start-for.ts';
import { stdinOf } from './run-here.ts';
import { runAndForward } from './run-job.ts';
import { startWarden } from './start/warden.ts';
import type { LostHost } from './supervise/failure.ts';
import { hostList } from './supervise/names.ts';
import type { RunningJob } from './supervise.ts';

/** The job could not be started because of its hosts. */
const HOSTS_EXIT_CODE = 1;

/** What is to run where. */
export interface Work {
  readonly plans: readonly RankPlan[];
  /** By source file. */
  readonly programs: ReadonlyMap<string, PackedProgram>;
}

/** Ranks that another launcher has started, and that wait on their hosts for those who find them. */
export interface Meeting {
  /** How an agent is started on a host; undefined for this host. */
  readonly startFor: (host: Host) => RemoteStart | undefined;
  /**
   * Find all ranks, by agents that run.
   *
   * @throws UsageError, CompileError, or MeetingError
   */
  find(running: ReadonlyMap<number, RunningHost>): Promise<Work>;
  /** The ranks are started. */
  onRunning(job: RunningJob): void;
}

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
  const used = [...new Set(plans.map(({ host }) => host))].sort((a, b) => a - b);
  const numbered = new Map(used.map((number) => [number, hosts[number] as Host]));
  const job = new HostsJob(options, numbered, context, startFor(options, context.host));
  // A mistake in the program is told before what the hosts say, and need not wait for them.
  programs.catch(() => {});
  return await told(job, context, () => job.run(plans, programs));
}

/**
 * Run a job whose ranks another launcher has started on these hosts, and let them go in the end.
 *
 * @returns the exit code
 * @throws what `meeting.find` throws, when they have been let go
 */
export async function runWhereMet(
  options: JobOptions,
  hosts: readonly Host[],
  meeting: Meeting,
  context: JobContext,
): Promise<number> {
  const job = new HostsJob(options, new Map(hosts.entries()), context, meeting.startFor);
  return await told(job, context, () => job.runWhereMet(meeting));
}

/** See a job to its end, and say what is wrong with its hosts. */
async function told(
  job: HostsJob,
  { process }: JobContext,
  run: () => Promise<number>,
): Promise<number> {
  let end: MemberEnd = { exitCode: HOSTS_EXIT_CODE, text: '' };
  try {
    end = { exitCode: await run(), text: '' };
    return end.exitCode;
  } catch (error) {
    const errors = hostErrors(error);
    if (errors === undefined) {
      end = endAfter(error);
      throw error;
    }
    process.stderr.write(errors.map(describeHostError).join(''));
    return end.exitCode;
  } finally {
    await job.letGo(end);
    await job.close();
  }
}

class HostsJob {
  readonly #options: JobOptions;
  readonly #context: JobContext;
  /** By number. */
  readonly #hosts: ReadonlyMap<number, Host>;
  readonly #startFor: (host: Host) => RemoteStart | undefined;
  readonly #warden = startWarden();
  readonly #progress: HostProgress;
  readonly #links: AgentLink[] = [];
  #plans: readonly RankPlan[] = [];
  #meeting: Meeting | undefined;
  #running: RunningJob | undefined;
  /** Hosts that were lost before the ranks were started. */
  readonly #lostEarly: (readonly [number: number, error: HostError])[] = [];
  #onLostEarly: (error: HostError) => void = () => {};

  constructor(
    options: JobOptions,
    hosts: ReadonlyMap<number, Host>,
    context: JobContext,
    startFor: (host: Host) => RemoteStart | undefined,
  ) {
    this.#options = options;
    this.#context = context;
    this.#hosts = hosts;
    this.#startFor = startFor;
    this.#progress = new HostProgress(hosts.size, context, options);
  }

  /** Run a job of which it is known what runs where. */
  async run(plans: readonly RankPlan[], programs: Promise<Work['programs']>): Promise<number> {
    const starting = this.#startAgents();
    return await this.#run(await allHosts(starting, programs), { plans, programs: await programs });
  }

  /** Run a job whose ranks are there already. */
  async runWhereMet(meeting: Meeting): Promise<number> {
    this.#meeting = meeting;
    const running = await allHosts(this.#startAgents());
    const lost = new Promise<never>((_, reject) => {
      this.#onLostEarly = reject;
    });
    const work = await Promise.race([meeting.find(running), lost]);
    const needed = new Set(work.plans.map(({ host }) => host));
    const used = [...running].filter(([number]) => needed.has(number));
    for (const [number, { link }] of running) if (!needed.has(number)) void link.end();
    return await this.#run(new Map(used), work);
  }

  async #run(running: ReadonlyMap<number, RunningHost>, work: Work): Promise<number> {
    const { process, cwd } = this.#context;
    this.#progress.done();
    this.#plans = work.plans;
    const links = new Map([...running].map(([number, { link }]) => [number, link]));
    const hostOfRank = this.#plans.map(({ host }) => host);
    // Those who were met are told how it ended, when all of it is said.
    const close = this.#meeting === undefined ? () => this.close() : () => Promise.resolve();
    const starter = new RemoteStarter(links, hostOfRank, close);
    await this.#prepare(running, work.programs);
    return await runAndForward(
      {
        options: this.#options,
        commands: this.#plans,
        starter,
        hostOf: (rank) => this.#nameOf(hostOfRank[rank] ?? 0),
        cwd,
      },
      process,
      (job) => {
        this.#running = job;
        this.#meeting?.onRunning(job);
        for (const [number, error] of this.#lostEarly) job.hostLost(this.#lost(number, error));
      },
    );
  }

  /** Tell those who were met that all is over. */
  async letGo(end: MemberEnd): Promise<void> {
    if (this.#meeting === undefined) return;
    const asking = this.#links.map((link) => link.ask('let-go', { kind: 'let-go', ...end }));
    // Who is lost knows it already.
    await Promise.allSettled(asking);
  }

  /** Let all agents go. Calling it again changes nothing. */
  async close(): Promise<void> {
    this.#progress.done();
    await Promise.all(this.#links.map((link) => link.end()));
    this.#warden.end();
  }

  #startAgents(): ReturnType<typeof startAgents> {
    const { hostTimeoutSeconds, interfaces, portRange, node } = this.#options;
    const { installation } = this.#context;
    return startAgents(this.#hosts, {
      startFor: this.#startFor,
      code: readFileSync(join(installation.root, 'dist/bin/agent.cjs'), 'utf8'),
      start: {
        hostTimeoutMs: hostTimeoutSeconds * 1000,
        network: this.#hosts.size > 1 ? { interfaces, portRange } : undefined,
      },
      node,
      warden: this.#warden,
      onLink: (link) => this.#links.push(link),
      onHello: (number, { nodeVersion }) => {
        this.#progress.joined(this.#nameOf(number), `Node ${nodeVersion}`);
      },
      onLost: (number, error) => {
        if (this.#running !== undefined) this.#running.hostLost(this.#lost(number, error));
        this.#lostEarly.push([number, error]);
        this.#onLostEarly(error);
      },
    });
  }

  #lost(number: number, { message, remedy }: HostError): LostHost {
    const ranks = this.#plans.filter(({ host }) => host === number).map(({ rank }) => rank);
    const name = this.#nameOf(number);
    return { name, ranks, reason: message, remedy: remedy === '' ? undefined : remedy };
  }

  /** Bring each host what it lacks, find out how they reach each other, and give each its part. */
  async #prepare(
    running: ReadonlyMap<number, RunningHost>,
    programs: ReadonlyMap<string, PackedProgram>,
  ): Promise<void> {
    const runtimes = new Map<number, Parcel>();
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
      const part = this.#partOf(number, runtimes.get(number)?.hash ?? '', routes, programs);
      const ready = await link.prepare(part);
      this.#context.verbose(`${part.ranks.length} ranks on ${link.host}, ${ready.transport}`);
      for (const notice of ready.notices) notices.add(notice, link.host);
    });
    await settled(preparing);
    if (this.#options.quiet) return;
    for (const line of notices.lines()) this.#context.process.stderr.write(`tsrun: ${line}\n`);
  }

  #partOf(
    number: number,
    runtime: string,
    routes: Awaited<ReturnType<typeof findRoutes>> | undefined,
    programs: ReadonlyMap<string, PackedProgram>,
  ): HostPart {
    const { encrypt, portRange, transports, wait } = this.#options;
    const hosts = this.#plans.map(({ host }) => host);
    const route = routes?.get(number);
    for (const [other, address] of route?.routes.entries() ?? []) {
      if (address === '') continue;
      this.#context.verbose(`${this.#nameOf(number)} reaches ${this.#nameOf(other)} at ${address}`);
    }
    const own = this.#plans.filter(({ host }) => host === number);
    return {
      common: {
        ...this.#context.common,
        ...(route && { hosts, network: { ...route, encrypt, portRange } }),
      },
      runtime,
      transports,
      wait,
      ranks: own.map((plan) => this.#rankOf(plan, programs)),
    };
  }

  #rankOf(plan: RankPlan, programs: ReadonlyMap<string, PackedProgram>): HostRank {
    const { rank, program, args, env, wdir, nodeArgs } = plan;
    const packed = programs.get(program);
    if (packed === undefined) throw new Error(`${program} was not compiled`);
    const { parcel, entry } = packed;
    const stdin = stdinOf(this.#options, rank);
    return { rank, program, args, env, wdir, nodeArgs, stdin, parcel: parcel.hash, entry };
  }

  #nameOf(number: number): string {
    return this.#hosts.get(number)?.name ?? `host ${number}`;
  }
}

/** What hosts have to say to the user, each once, with all that say it. */
class Notices {
  readonly #hosts = new Map<string, string[]>();

  add(notice: string, host: string): void {
    this.#hosts.set(notice, [...(this.#hosts.get(notice) ?? []), host]);
  }

  lines(): string[] {
    return [...this.#hosts].map(([notice, hosts]) => `${hostList(hosts.sort())}: ${notice}`);
  }
}

/** Wait for all, so that all that is wrong is told at once. */
async function settled(promises: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  if (reasons.length > 0)
    throw new AggregateError(reasons.flatMap((reason) => reason.errors ?? reason));
}

/** @param first  is waited for first */
async function allHosts<T>(
  starting: ReadonlyMap<number, Promise<T>>,
  first?: Promise<unknown>,
): Promise<Map<number, T>> {
  await first;
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
