import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../hosts/host.ts';
import type { JobContext } from './job-context.ts';
import { endAfter } from './join/end.ts';
import type { Meeting, Work } from './join/meeting.ts';
import type { MemberEnd } from './join/member-facts.ts';
import type { JobOptions } from './options.ts';
import type { RankPlan } from './plan.ts';
import type { PackedProgram } from './programs.ts';
import type { AgentLink } from './remote/agent-link.ts';
import { runHere } from './remote/agent-process.ts';
import { Agents, type RunningAgent } from './remote/agents.ts';
import { allHosts, describeHostError, hostErrors } from './remote/all-hosts.ts';
import type { RemoteStart } from './remote/command.ts';
import type { HostError } from './remote/host-error.ts';
import { prepareHosts } from './remote/prepare.ts';
import { HostProgress } from './remote/progress.ts';
import type { AgentStart } from './remote/protocol.ts';
import { RemoteStarter } from './remote/remote-starter.ts';
import { startFor } from './remote/start-for.ts';
import { within } from './remote/within.ts';
import { runAndForward } from './run-job.ts';
import { startWarden } from './start/warden.ts';
import type { LostHost } from './supervise/failure.ts';
import type { RunningJob } from './supervise.ts';

/** The job could not be started because of its hosts. */
const HOSTS_EXIT_CODE = 1;
/** To say goodbye takes no longer, if anybody listens. */
const LET_GO_MS = 2_000;

/**
 * Run a job that has other hosts, by an agent on each of them.
 *
 * @param hosts  all hosts of the job; those without ranks are left alone until something is spawned there
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
  const job = new HostsJob(options, hosts, used, context, startFor(options, context.host));
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
  const job = new HostsJob(options, hosts, [...hosts.keys()], context, meeting.startFor);
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
  readonly #hosts: readonly Host[];
  /** The numbers of those that take part from the beginning. */
  readonly #used: readonly number[];
  readonly #startFor: (host: Host) => RemoteStart | undefined;
  readonly #warden = startWarden();
  readonly #progress: HostProgress;
  #plans: readonly RankPlan[] = [];
  #agents: Agents | undefined;
  #meeting: Meeting | undefined;
  /** Those that have met ranks. */
  #met: readonly AgentLink[] = [];
  /** The number of the host of each process. */
  #hostOfRank: number[] = [];
  #running: RunningJob<RankPlan> | undefined;
  /** By number of host. */
  readonly #links = new Map<number, AgentLink>();
  /** The numbers of hosts that were lost. */
  readonly #gone = new Set<number>();
  /** Hosts that were lost before the ranks were started. */
  readonly #lostEarly: (readonly [number: number, error: HostError])[] = [];
  #onLostEarly: (error: HostError) => void = () => {};

  constructor(
    options: JobOptions,
    hosts: readonly Host[],
    used: readonly number[],
    context: JobContext,
    startFor: (host: Host) => RemoteStart | undefined,
  ) {
    this.#options = options;
    this.#context = context;
    this.#hosts = hosts;
    this.#used = used;
    this.#startFor = startFor;
    this.#progress = new HostProgress(used.length, context, options);
  }

  /** Run a job of which it is known what runs where. */
  async run(plans: readonly RankPlan[], programs: Promise<Work['programs']>): Promise<number> {
    this.#agents = this.#startAgents();
    const packed = await programs;
    return await this.#run(await allHosts(this.#agents.running), { plans, programs: packed });
  }

  /** Run a job whose ranks are there already. */
  async runWhereMet(meeting: Meeting): Promise<number> {
    this.#meeting = meeting;
    this.#agents = this.#startAgents();
    const running = await allHosts(this.#agents.running);
    this.#met = [...running.values()].map(({ link }) => link);
    const lost = new Promise<never>((_, reject) => {
      this.#onLostEarly = reject;
    });
    const work = await Promise.race([meeting.find(running), lost]);
    const needed = new Set(work.plans.map(({ host }) => host));
    const used = new Map([...running].filter(([number]) => needed.has(number)));
    this.#met = [...used.values()].map(({ link }) => link);
    for (const [number, { link }] of running) if (!needed.has(number)) void link.end();
    return await this.#run(used, work);
  }

  async #run(running: ReadonlyMap<number, RunningAgent>, work: Work): Promise<number> {
    const { process, cwd } = this.#context;
    this.#progress.done();
    this.#plans = work.plans;
    for (const [number, { link }] of running) this.#links.set(number, link);
    this.#hostOfRank = this.#plans.map(({ host }) => host);
    const starter = new RemoteStarter(this.#links, async () => {
      // Ranks that were met are let go when all is said.
      if (this.#meeting === undefined) await this.close();
    });
    const bases = await prepareHosts(running, work, {
      options: this.#options,
      context: this.#context,
      nameOf: (number) => this.#nameOf(number),
      hostOfRank: this.#hosts.length > 1 ? this.#hostOfRank : undefined,
    });
    return await runAndForward(
      {
        options: this.#options,
        commands: this.#plans,
        starter,
        hostOf: (rank) => this.#nameOf(this.#hostOfRank[rank] ?? 0),
        cwd,
        loadGrower: async (job, note) => {
          const { growOnHosts } = await import('./grow/on-hosts.ts');
          const ground = {
            options: this.#options,
            plans: this.#plans,
            context: this.#context,
            links: this.#links,
            bases,
            startAgent: (number: number) => this.#addAgent(number, note),
            lost: this.#gone,
            hostOfRank: this.#hostOfRank,
          };
          return growOnHosts(ground, job, note);
        },
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
    const asking = this.#met.map((link) => link.ask('let-go', { kind: 'let-go', ...end }));
    // Who is lost knows it already.
    await within(LET_GO_MS, Promise.allSettled(asking));
  }

  /** Let go of all hosts, whatever they are about. */
  async close(): Promise<void> {
    this.#progress.done();
    await this.#agents?.end();
    this.#warden.end();
  }

  #startAgents(): Agents {
    const { node } = this.#options;
    const { installation } = this.#context;
    const hosts = new Map(this.#used.map((number) => [number, this.#hosts[number] as Host]));
    return new Agents(hosts, {
      startFor: this.#startFor,
      run: (command) => runHere(command, this.#warden),
      code: readFileSync(join(installation.root, 'dist/bin/agent.cjs'), 'utf8'),
      start: this.#agentStart(hosts.size > 1),
      node,
      onHello: (number, { nodeVersion }) => {
        if (this.#running !== undefined) return;
        this.#progress.joined(this.#nameOf(number), `Node ${nodeVersion}`);
      },
      onLost: (number, error) => {
        this.#gone.add(number);
        this.#links.delete(number);
        if (this.#running !== undefined) this.#running.hostLost(this.#lost(number, error));
        else this.#lostEarly.push([number, error]);
        this.#onLostEarly(error);
      },
    });
  }

  #agentStart(several: boolean): AgentStart {
    const { hostTimeoutSeconds, interfaces, portRange } = this.#options;
    return {
      hostTimeoutMs: hostTimeoutSeconds * 1000,
      network: several ? { interfaces, portRange } : undefined,
    };
  }

  /** Start an agent on a host that takes part only now. @throws HostError */
  async #addAgent(number: number, note: (text: string) => void): Promise<RunningAgent> {
    const agents = this.#agents as Agents;
    const agent = await agents.add(number, this.#hosts[number] as Host, this.#agentStart(true));
    this.#gone.delete(number);
    const { nodeVersion } = agent.facts;
    if (this.#options.verbose)
      note(`tsrun: ${this.#nameOf(number)} has joined, Node ${nodeVersion}`);
    return agent;
  }

  #lost(number: number, { message, remedy }: HostError): LostHost {
    // Some may have been planned that were then not wanted.
    const known = this.#hostOfRank.slice(0, this.#running?.size ?? this.#plans.length);
    const ranks = known.flatMap((on, rank) => (on === number ? [rank] : []));
    const name = this.#nameOf(number);
    return { name, ranks, reason: message, remedy: remedy === '' ? undefined : remedy };
  }

  #nameOf(number: number): string {
    return this.#hosts[number]?.name ?? `host ${number}`;
  }
}
