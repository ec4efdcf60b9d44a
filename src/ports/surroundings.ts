import type { Clock } from '../base/clock.ts';
import type { MeetingPlan, Reach } from '../comm/parts.ts';
import type { FromRank } from '../control/message.ts';

/** How those of a process reach those of other jobs. */
export interface ForeignWays {
  open(plan: MeetingPlan, rank: number): Reach;
  join(plan: MeetingPlan, theirs: readonly Reach[]): void;
  leave(plan: MeetingPlan): void;
}

/** What is to be known of a process and its job, to meet others. */
export interface PortsSurroundings {
  readonly clock: Clock;
  /** Tells this job from all others, once `ready` has resolved. */
  readonly job: () => string;
  /** Resolves once there is a launcher. */
  readonly ready: () => Promise<void>;
  /** The file of the program. */
  readonly program: string;
  /** The number of the host of this process in its job. */
  readonly host: number;
  /** The addresses at which other hosts of the job reach this one. */
  readonly bind: readonly string[];
  /** The ports of this host that may be taken; any if left out. */
  readonly range: { readonly first: number; readonly last: number } | undefined;
  /** How many processes the job has, those of others counted in. */
  readonly size: () => number;
  /** Have the launcher give numbers to so many processes of another job. @returns the first */
  readonly reserve: (count: number, name: string) => Promise<number>;
  readonly tell: (message: FromRank) => void;
  readonly ways: () => ForeignWays;
  /** Take in that these processes of another job are part of what this one talks to. */
  readonly introduce: (processes: readonly number[]) => void;
  /** Take in that they are so no more. */
  readonly dismiss: (processes: readonly number[]) => void;
}
