import { Fifo } from '../base/fifo.ts';

/** Starts calls, as many at once as there are threads for them, in the order in which they come. */
export class CallQueue {
  readonly #most: number;
  readonly #waiting = new Fifo<() => void>();
  #running = 0;

  /** @param most  of the calls that run at once */
  constructor(most: number) {
    this.#most = most;
  }

  get isBusy(): boolean {
    return this.#running > 0;
  }

  /** Start a call as soon as may be. What is started must call `leave` at its end. */
  enter(start: () => void): void {
    if (this.#running === this.#most) {
      this.#waiting.push(start);
      return;
    }
    this.#running += 1;
    start();
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

/** Node's own number of threads. */
const USUAL_THREADS = 4;

/**
 * Tell how many calls may run at once: one thread of the pool is left to Node, for files and names.
 *
 * @param size  the value of UV_THREADPOOL_SIZE when the process started
 */
export function callsAtOnce(size: string | undefined): number {
  const threads = Number.parseInt(size ?? '', 10);
  return Math.max(1, (threads > 0 ? Math.min(threads, 1024) : USUAL_THREADS) - 1);
}
