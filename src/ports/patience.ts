import type { Clock } from '../base/clock.ts';
import { isLimited, type Limits, watchLimits } from '../match/limits.ts';

/** Lets whoever waits give up, when the time is over or the signal says so. */
export class Patience {
  readonly #over: Promise<never> | undefined;
  readonly #stop: (() => void) | undefined;
  #failed = false;

  /** @param late  makes the error when the time is over */
  constructor(limits: Limits, clock: Clock, late: (timeout: number) => unknown) {
    if (!isLimited(limits)) return;
    let giveUp: (error: unknown) => void = () => {};
    this.#over = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    this.#over.catch(() => {});
    this.#stop = watchLimits(
      limits,
      clock,
      (makeError) => {
        this.#failed = true;
        giveUp(makeError());
      },
      (timeout) => () => late(timeout),
    );
  }

  /** Whether it is at its end. */
  get isOver(): boolean {
    return this.#failed;
  }

  /** Wait for something, as long as patience lasts. */
  async wait<T>(work: Promise<T>): Promise<T> {
    return this.#over === undefined ? await work : await Promise.race([work, this.#over]);
  }

  stop(): void {
    this.#stop?.();
  }
}
