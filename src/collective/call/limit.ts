import type { Clock } from '../../base/clock.ts';
import type { Limits } from '../../match/operation.ts';
import { Request } from '../../request/request.ts';
import type { Call } from './call.ts';

/** The longest delay that a timer can hold. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * Let the request of a call give up when time is over or the signal says so.
 *
 * @param describe  says what the call waits for
 * @returns takes it back
 */
export function limitCall(
  call: Call,
  { timeout, signal }: Limits,
  clock: Clock,
  describe: () => string,
): () => void {
  const giveUp = (makeError: () => unknown): void => {
    if (!call.request.test()) Request.fail(call.request, makeError);
  };
  const onAbort = (): void => giveUp(() => signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  // A signal such as that of `AbortSignal.timeout` keeps no process alive, so a timer is set for it too.
  const stopTimer = clock.after(timeout ?? LONGEST_DELAY_MS, () => {
    if (timeout === undefined) return;
    const text = `not complete within ${timeout} ms${describe()}`;
    giveUp(() => call.error('ERR_TIMEOUT', text));
  });
  return () => {
    stopTimer();
    signal?.removeEventListener('abort', onAbort);
  };
}
