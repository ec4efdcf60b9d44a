import type { RankPlan } from '../plan.ts';

/** What a process that was started as a rank says of it. */
export interface Member
  extends Pick<RankPlan, 'rank' | 'program' | 'args' | 'env' | 'wdir' | 'nodeArgs'> {
  /** Of tsmpi. */
  readonly version: string;
  readonly size: number;
  /** The processors on which it may run; empty if that is not known. */
  readonly processors: readonly number[];
}

/** How it ends for a member: the exit code of the job, and what is to be said. */
export interface MemberEnd {
  readonly exitCode: number;
  /** Empty if there is nothing to say. */
  readonly text: string;
}

/** Why a member asks for the end of the job. */
export interface StopReason {
  /** What happened to it, as one says it after its name: `got SIGTERM`. */
  readonly reason: string;
  readonly exitCode: number;
}
