import { clampExitCode } from '../../base/exit-code.ts';
import type { Failure } from '../../control/message.ts';
import { signalExitCode } from '../exit-code.ts';
import type { RankEnd } from '../start/start.ts';
import type { Names } from './names.ts';

/** A host that can no longer be reached, or no longer does what it is told. */
export interface LostHost {
  /** As reports name it. */
  readonly name: string;
  /** All ranks that run there, or were to. */
  readonly ranks: readonly number[];
  /** What stands behind `host node2 (ranks 2-3) was lost: `. */
  readonly reason: string;
  /** What the user can do, in one line. */
  readonly remedy?: string | undefined;
}

/** One way in which one rank failed, or all those on one host did. */
export type RankFailure =
  /** It reported an error that nobody caught. */
  | {
      readonly kind: 'failed';
      readonly rank: number;
      readonly failure: Failure;
      readonly exitCode: number;
    }
  /** It called `abort`. */
  | {
      readonly kind: 'abort';
      readonly rank: number;
      readonly exitCode: number;
      readonly stack: readonly string[];
    }
  /** It ended by a signal or with a code other than 0, and said nothing. */
  | { readonly kind: 'died'; readonly rank: number; readonly pid: number; readonly end: RankEnd }
  /** It ended with code 0 while others still needed it. */
  | { readonly kind: 'unfinalized'; readonly rank: number }
  /** It went with its host; `rank` is the first of those that did. */
  | { readonly kind: 'host-lost'; readonly rank: number; readonly host: LostHost };

/** The exit code of a job whose first failure is this one. */
export function failureExitCode(failure: RankFailure): number {
  switch (failure.kind) {
    case 'failed':
    case 'abort':
      return clampExitCode(failure.exitCode);
    case 'died':
      return endExitCode(failure.end);
    case 'unfinalized':
    case 'host-lost':
      return 1;
  }
}

/** The exit code that the end of a process stands for when it ended badly. */
export function endExitCode(end: RankEnd): number {
  return end.signal === null ? clampExitCode(end.code ?? Number.NaN) : signalExitCode(end.signal);
}

/** The rank whose failure caused this one, if another's did. */
export function causeOf(failure: RankFailure): number | undefined {
  return failure.kind === 'failed' ? failure.failure.causedBy : undefined;
}

/** The ranks that failed in this way at once. */
export function failedRanks(failure: RankFailure): readonly number[] {
  return failure.kind === 'host-lost' ? failure.host.ranks : [failure.rank];
}

/** Say in one line who failed, and how. */
export function failureReason(failure: RankFailure, names: Names): string {
  return `${failureSubject(failure, names)} ${failurePredicate(failure)}`;
}

/** Name who failed: `rank 2`, `host node2 (ranks 2-3)`. */
export function failureSubject(failure: RankFailure, names: Names): string {
  if (failure.kind !== 'host-lost') return names.one(failure.rank);
  const { name, ranks } = failure.host;
  return `host ${name} (${names.list(ranks)})`;
}

/** Say in one line what happened; who it happened to goes before it. */
export function failurePredicate(failure: RankFailure): string {
  switch (failure.kind) {
    case 'failed':
      return `failed: ${failure.failure.summary}`;
    case 'abort':
      return `called abort(${failure.exitCode})`;
    case 'died':
      return endPredicate(failure.end);
    case 'unfinalized':
      return 'exited without finalize';
    case 'host-lost':
      return `was lost: ${failure.host.reason}`;
  }
}

/** Say in one line how a process ended. */
export function endPredicate(end: RankEnd): string {
  if (end.signal !== null) return `was killed by ${end.signal}`;
  return end.code === null ? 'ended for an unknown reason' : `exited with code ${end.code}`;
}
