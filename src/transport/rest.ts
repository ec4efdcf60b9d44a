import type { Frame, Transport } from './transport.ts';

/** Frames stay wanted this long after the last wait. */
const REST_AFTER_MS = 20;

/**
 * Wraps a transport for which it costs much to begin or to end listening: a program in a loop over
 * messages, which waits for one after the other, does not make it switch on and off.
 */
export class Rested implements Transport {
  readonly #inner: Transport;
  /** Whether frames are wanted from here; the inner transport is told of the end a little later. */
  #wanted = false;
  /** Whether the inner transport listens. */
  #listens = false;
  /** When frames were wanted last, or looked for. */
  #lastUse = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  get name(): string {
    return this.#inner.name;
  }

  reach(rank: number): boolean {
    return this.#inner.reach(rank);
  }

  send(rank: number, frame: Frame): Promise<void> | undefined {
    return this.#inner.send(rank, frame);
  }

  listen(wanted: boolean): void {
    this.#wanted = wanted;
    if (wanted) this.#begin();
    else this.#endLater();
  }

  poll(): void {
    this.#begin();
    this.#endLater();
  }

  close(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#inner.close();
  }

  #begin(): void {
    if (this.#listens) return;
    this.#listens = true;
    this.#inner.listen(true);
  }

  #endLater(): void {
    this.#lastUse = performance.now();
    this.#timer ??= setTimeout(() => this.#end(), REST_AFTER_MS);
  }

  #end(): void {
    this.#timer = undefined;
    if (this.#wanted) return;
    if (performance.now() - this.#lastUse < REST_AFTER_MS - 1) {
      this.#timer = setTimeout(() => this.#end(), REST_AFTER_MS);
      return;
    }
    this.#listens = false;
    this.#inner.listen(false);
  }
}
