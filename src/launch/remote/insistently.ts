import { setTimeout as delay } from 'node:timers/promises';
import { HostError } from './host-error.ts';

/** A server that turns one away because others are at its door is asked so often … */
const MOST_TRIES = 4;
/** … after about so long, then twice as long … */
const RETRY_MS = 200;

/** Do something on a host, and do it again if it failed for a reason that may pass. @throws HostError */
export async function insistently<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const isPassing = error instanceof HostError && error.passing;
      if (!isPassing || tries === MOST_TRIES) throw error;
      // Others were turned away at the same time, and must not all come back at once.
      await delay(RETRY_MS * tries * (0.5 + Math.random()));
    }
  }
}
