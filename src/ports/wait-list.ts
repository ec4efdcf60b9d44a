import type { Clock } from '../base/clock.ts';
import type { Request } from '../request/request.ts';

/** What the user waits for, for reports of where a rank is. */
export interface PortWait {
  readonly request: Request<unknown>;
  readonly call: string;
  readonly waitsFor: readonly number[];
  readonly since: number;
}

/** All that is waited for at ports. */
export class WaitList {
  readonly #clock: Clock;
  readonly #waits = new Set<PortWait>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  [Symbol.iterator](): Iterator<PortWait> {
    return this.#waits.values();
  }

  /** Note that something is waited for, as long as the work lasts. */
  async during<T>(request: Request<unknown>, call: string, work: () => Promise<T>): Promise<T> {
    const wait = { request, call, waitsFor: [], since: this.#clock.now() };
    this.#waits.add(wait);
    try {
      return await work();
    } finally {
      this.#waits.delete(wait);
    }
  }
}
