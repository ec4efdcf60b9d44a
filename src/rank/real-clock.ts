import type { Clock } from '../base/clock.ts';
import { monotonicMs } from '../transport/shm/monotonic.ts';

/** Time as it passes for this process. */
export const realClock: Clock = {
  now: monotonicMs,
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** The same as `after`, but keeps no process alive. */
export function afterUnheld(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms).unref();
  return () => clearTimeout(timer);
}
