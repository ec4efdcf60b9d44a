import { clampExitCode } from '../../base/exit-code.ts';
import type { Failure } from '../../control/message.ts';
import { signalExitCode } from '../exit-code.ts';
import type { RankEnd } from '../start/start.ts';

/** One way in which one rank failed. */
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
  | { readonly kind: 'unfinalized'; readonly rank: number };

/** The exit code of a job whose first failure is this one. */
export function failureExitCode(failure: RankFailure): number {
  switch (failure.kind) {
    case 'failed':
    case 'abort':
      return clampExitCode(failure.exitCode);
    case 'died':
      return endExitCode(failure.end);
    case 'unfinalized':
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

/** Say in one line what happened to the rank; `rank 2` goes before it. */
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
  }
}

/** Say in one line how a process ended. */
export function endPredicate(end: RankEnd): string {
  if (end.signal !== null) return `was killed by ${end.signal}`;
  return end.code === null ? 'ended for an unknown reason' : `exited with code ${end.code}`;
}
