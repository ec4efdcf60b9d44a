import { basename } from 'node:path';
import { FOREIGN_HOST, type SegmentGrowth } from '../../control/message.ts';
import type { CommonStart } from '../host.ts';
import type { JobContext } from '../job-context.ts';
import type { JobOptions } from '../options.ts';
import { debuggerArgs, type RankPlan } from '../plan.ts';
import type { ReserveRequest, SpawnRequest } from '../supervise/effects.ts';
import type { NetworkOf } from '../supervise/growth.ts';
import type { SpawnedName } from '../supervise/names.ts';
import type { RunningJob } from '../supervise.ts';
import { placeMore } from './place.ts';
import { type Wanted, wantedProcesses } from './programs.ts';

/** New processes that can be started now. */
export interface OpenGrowth<Command> {
  /** In the order of their ranks. */
  readonly commands: readonly Command[];
  /** What they share with those who are there already, on one host or another. */
  readonly segments: readonly SegmentGrowth[];
  /** What each process is to know of the network, by number, if that has changed since it was started. */
  readonly networkOf?: NetworkOf | undefined;
}

/** A process that is spawned, as planned. */
export interface NewPlan extends RankPlan {
  /** How messages call it: `rank 1 of child.ts`. */
  readonly name: string;
}

/**
 * Make new processes ready to be started, on the hosts where they are planned.
 *
 * @param common  what all of them are told
 * @param eldersOn  those of the job that are on a host already, by number of host
 * @throws Error that says what is missing
 */
export type Open<Command> = (
  ranks: readonly NewPlan[],
  common: CommonStart,
  eldersOn: (host: number) => readonly number[],
) => Promise<OpenGrowth<Command>>;

/** How the processes of one job are got ready. */
export interface Ground<Command> {
  readonly options: JobOptions;
  /** The ranks that the job began with. */
  readonly plans: readonly RankPlan[];
  readonly context: JobContext;
  /** Whether all is on this host. */
  readonly onThisHost: boolean;
  /** Hosts that were lost, by number. */
  readonly lost?: ReadonlySet<number> | undefined;
  /**
   * Compile all programs of these.
   *
   * @throws Error that says what is wrong with them
   */
  prepare(wanted: readonly Wanted[]): Promise<Open<Command>>;
}

/** What must be known of a process when others are placed. */
type Placed = Pick<RankPlan, 'rank' | 'host' | 'app'>;

/** Gets the processes ready that the ranks of a job ask for, as many questions at a time as there may be. */
export class Grower<Command extends { readonly rank: number }> {
  readonly #job: RunningJob<Command>;
  readonly #ground: Ground<Command>;
  /** All that ever belonged to the job, by number. */
  readonly #plans: Placed[];
  readonly #names: SpawnedName[] = [];
  /** How many worlds there are with a program of that name. */
  readonly #worlds = new Map<string, number>();
  /** Whether new processes are told of the hosts: those of the job, or that some are of other jobs. */
  #tellsHosts: boolean;
  /** Numbers are given out in turn: who has one knows all below it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(job: RunningJob<Command>, ground: Ground<Command>) {
    this.#job = job;
    this.#ground = ground;
    this.#plans = [...ground.plans];
    this.#tellsHosts = ground.context.allocation.hosts.length > 1;
  }

  /** What a process is called; undefined for those that the job began with. */
  nameOf(rank: number): SpawnedName | undefined {
    return this.#names[rank - this.#ground.plans.length];
  }

  /** Get the processes ready that a rank asks for, and have them started; or tell it why there are none. */
  async spawn(asker: number, request: SpawnRequest): Promise<void> {
    try {
      const wanted = this.#wanted(asker, request);
      const open = await this.#ground.prepare(wanted);
      const growing = this.#turn.then(() => this.#grow(asker, request, wanted, open));
      this.#turn = growing.catch(() => {});
      await growing;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#job.notSpawned(asker, request.id, text);
    }
  }

  /** Give numbers to processes of another job, when it is their turn. */
  reserve(asker: number, request: ReserveRequest): void {
    this.#turn = this.#turn.then(() => {
      const first = this.#job.size;
      if (!this.#job.reserve(asker, request)) return;
      this.#tellsHosts = true;
      for (let rank = 0; rank < request.count; rank += 1) {
        this.#names.push({ rank, program: request.name });
        this.#plans.push({ rank: first + rank, host: FOREIGN_HOST, app: 0 });
      }
    });
  }

  async #grow(
    asker: number,
    { id, parents, context, tolerant }: SpawnRequest,
    wanted: readonly Wanted[],
    open: Open<Command>,
  ): Promise<void> {
    const count = wanted.length;
    const first = this.#job.size;
    const hosts = this.#place(wanted);
    const names = this.#nameAll(wanted);
    const ranks = wanted.map(({ hosts: _, ...one }, index): NewPlan => {
      const { rank, program } = names[index] as SpawnedName;
      const number = first + index;
      const nodeArgs = [...one.nodeArgs, ...debuggerArgs(this.#ground.options, number)];
      const name = `rank ${rank} of ${program}`;
      return { ...one, rank: number, host: hosts[index] as number, nodeArgs, name };
    });
    const plans = [...this.#plans, ...ranks];
    const common = {
      ...this.#ground.context.common,
      size: plans.length,
      world: { first, count },
      parent: { ranks: parents, context },
      hosts: this.#tellsHosts ? plans.map(({ host }) => host) : undefined,
    };
    const { commands, networkOf, segments } = await open(ranks, common, (host) =>
      this.#presentOn(host),
    );
    // Their output is tagged from the first byte on.
    this.#names.push(...names);
    const growth = { asker, id, names, hosts, tolerant, networkOf, segments };
    if (this.#job.grow(growth, commands) === undefined) {
      this.#names.length -= count;
      return;
    }
    this.#plans.push(...ranks);
    for (const name of new Set(ranks.map(({ program }) => basename(program)))) {
      this.#worlds.set(name, (this.#worlds.get(name) ?? 0) + 1);
    }
  }

  #presentOn(host: number): number[] {
    const present = this.#plans.filter((one) => one.host === host && !this.#job.ended(one.rank));
    return present.map(({ rank }) => rank);
  }

  #wanted(asker: number, { programs }: SpawnRequest): readonly Wanted[] {
    const { options, context, onThisHost } = this.#ground;
    const app = this.#plans[asker]?.app ?? 0;
    const nodeArgs = options.programs[app]?.nodeArgs ?? [];
    return wantedProcesses(programs, { cwd: context.cwd, onThisHost, nodeArgs, app });
  }

  #place(wanted: readonly Wanted[]): number[] {
    const { hosts, limited } = this.#ground.context.allocation;
    const loads = hosts.map(() => 0);
    for (const { rank, host } of this.#plans) {
      if (host === FOREIGN_HOST) continue;
      loads[host] = (loads[host] ?? 0) + (this.#job.ended(rank) ? 0 : 1);
    }
    return placeMore(
      wanted.map((one) => one.hosts),
      { hosts, limited, loads, lost: this.#ground.lost },
    );
  }

  #nameAll(wanted: readonly Wanted[]): SpawnedName[] {
    return wanted.map(({ program: path }, rank) => {
      const program = basename(path);
      const before = this.#worlds.get(program) ?? 0;
      return { rank, program: before === 0 ? program : `${program}#${before + 1}` };
    });
  }
}
