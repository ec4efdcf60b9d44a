import type { ForeignRank } from '../../base/foreign-rank.ts';
import type { RankPlan } from '../plan.ts';
import type { RunningJob } from '../supervise.ts';
import type { Member, StopReason } from './member-facts.ts';
import { describeMissing } from './missing.ts';
import { MeetingError } from './place.ts';
import { STOP_SIGNALS } from './stop.ts';

/** A signal that all processes get is here by then. */
const OWN_SIGNAL_MS = 50;

/** All ranks of a job, as they come, and what becomes of them until they run. */
export class Assembly {
  /** Resolves with all ranks, in their order. @throws MeetingError */
  readonly complete: Promise<readonly RankPlan[]>;
  readonly #foreign: ForeignRank;
  readonly #version: string;
  readonly #found = new Map<number, RankPlan>();
  readonly #timer: NodeJS.Timeout;
  #onComplete: (ranks: readonly RankPlan[]) => void = () => {};
  #onFailure: (error: MeetingError) => void = () => {};
  #running: RunningJob | undefined;
  /** A process has asked for the end. */
  #asked = false;
  /** A signal came to this process. */
  #signalled = false;

  /**
   * @param version  of tsmpi, which must be the same for all
   * @param where  the hosts that are looked at, for messages
   */
  constructor(foreign: ForeignRank, version: string, where: string, waitMs: number) {
    this.#foreign = foreign;
    this.#version = version;
    this.complete = new Promise((resolve, reject) => {
      this.#onComplete = resolve;
      this.#onFailure = reject;
    });
    this.complete.catch(() => {});
    this.#timer = setTimeout(() => {
      this.#fail(describeMissing(foreign, where, [...this.#found.keys()], waitMs));
    }, waitMs);
  }

  /** A rank has come. */
  here(member: Member, host: number): void {
    const { version, size, rank, program, args, env, wdir, nodeArgs } = member;
    const before = this.#found.get(rank);
    this.#found.set(rank, { rank, host, app: 0, program, args, env, wdir, nodeArgs });
    if (before !== undefined) this.#fail(`rank ${rank} came twice`);
    else if (version !== this.#version || size !== this.#foreign.size) {
      this.#fail(
        `rank ${rank} of ${size} was started with tsmpi ${version}, rank 0 of ${this.#foreign.size} with ${this.#version}: they are no ranks of one job`,
      );
    } else if (this.#found.size === size) {
      clearTimeout(this.#timer);
      this.#onComplete([...this.#found.values()].sort((a, b) => a.rank - b.rank));
    }
  }

  /** A rank that had come is gone; if the job runs, it ends with it. */
  lost(rank: number): void {
    this.#fail(`tsrun join of rank ${rank} ended before the job began`);
  }

  /** The job runs: what happens to its processes is to be told to it. */
  running(job: RunningJob): void {
    this.#running = job;
    for (const signal of STOP_SIGNALS) {
      process.once(signal, () => {
        this.#signalled = true;
      });
    }
  }

  /** A process asks for the end. If that is for a signal, all get it as a rule, this one too, which knows what to do. */
  stop(rank: number, { reason, exitCode }: StopReason): void {
    if (this.#asked) return;
    this.#asked = true;
    setTimeout(() => {
      if (this.#signalled) return;
      const text = `tsrun join of rank ${rank} ${reason}; ending the ranks`;
      if (this.#running === undefined) this.#fail(text);
      else this.#running.stop(exitCode, `tsrun: ${text}`);
    }, OWN_SIGNAL_MS);
  }

  #fail(text: string): void {
    clearTimeout(this.#timer);
    this.#onFailure(new MeetingError(text));
  }
}
