import { type Clock, LONGEST_DELAY_MS } from '../base/clock.ts';

/**
 * How long an operation may wait.
 *
 * What was matched before is under way all the same: a send that gives up may yet be received, and a receive of a long message that
 * gives up while its data comes has taken that message, as its error says. `cancel()` either undoes an operation or lets it complete.
 */
export interface Limits {
  /** Milliseconds after which it rejects with `ERR_TIMEOUT`. */
  readonly timeout?: number | undefined;
  /** Rejects with the signal's reason once it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Tell whether an operation may give up. */
export function isLimited({ timeout, signal }: Limits): boolean {
  return timeout !== undefined || signal !== undefined;
}

/**
 * Have an operation give up when time is over or the signal says so.
 *
 * @param giveUp  is told how to make the error
 * @param timedOut  describes what did not happen in time, and hands out how to make the error about it
 * @returns stops to watch; undefined if the signal was aborted already, and there is nothing to stop
 */
export function watchLimits(
  { timeout, signal }: Limits,
  clock: Clock,
  giveUp: (makeError: () => unknown) => void,
  timedOut: (timeout: number) => () => unknown,
): (() => void) | undefined {
  const onAbort = (): void => giveUp(() => signal?.reason);
  if (signal?.aborted) {
    onAbort();
    return undefined;
  }
  signal?.addEventListener('abort', onAbort, { once: true });
  // A signal such as that of `AbortSignal.timeout` keeps no process alive, so a timer is set for it too.
  const stopTimer = clock.after(timeout ?? LONGEST_DELAY_MS, () => {
    if (timeout !== undefined) giveUp(timedOut(timeout));
  });
  return () => {
    stopTimer();
    signal?.removeEventListener('abort', onAbort);
  };
}
