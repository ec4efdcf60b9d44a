import type { Clock } from '../base/clock.ts';
import type { Request } from '../request/request.ts';
import type { UserWait } from '../request/user-wait.ts';

/** All that is waited for at ports. */
export class WaitList {
  readonly #clock: Clock;
  readonly #waits = new Set<UserWait>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  [Symbol.iterator](): Iterator<UserWait> {
    return this.#waits.values();
  }

  /** Note that something is waited for, as long as the work lasts. */
  async during<T>(request: Request<unknown>, call: string, work: () => Promise<T>): Promise<T> {
    const wait: UserWait = { kind: 'port', request, call, waitsFor: [], since: this.#clock.now() };
    this.#waits.add(wait);
    try {
      return await work();
    } finally {
      this.#waits.delete(wait);
    }
  }
}
