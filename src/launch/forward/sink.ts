import type { Writable } from 'node:stream';

/** A destination with more than this still to be written is full: its ranks' pipes are left alone. */
const FULL_BYTES = 1024 * 1024;

/** So many sources go on at once when there is room again: each may bring 64 KiB before it stops. */
const RESUMED_AT_ONCE = 8;

/**
 * One place that text goes to: the launcher's stdout, its stderr, or a file.
 *
 * It counts what the stream has not written yet. Writing never fails for the caller: what cannot be
 * written any more is dropped, and `onFailure` has been told.
 */
export class Sink {
  /** Whether this is a terminal that somebody looks at. */
  readonly isTerminal: boolean;
  readonly #stream: Writable;
  readonly #onFailure: (error: NodeJS.ErrnoException) => void;
  readonly #waiting = new Set<() => void>();
  #unwritten = 0;
  #failed = false;
  #waking = false;
  #onFlushed: (() => void)[] = [];

  constructor(stream: Writable, onFailure: (error: NodeJS.ErrnoException) => void) {
    this.#stream = stream;
    this.#onFailure = onFailure;
    this.isTerminal = (stream as { isTTY?: boolean }).isTTY === true;
    stream.on('error', (error) => this.#fail(error));
  }

  /** Whether writers should wait with `whenRoom`. Never so once the stream has failed. */
  get full(): boolean {
    return this.#unwritten > FULL_BYTES && !this.#failed;
  }

  /** Write bytes, which must not be changed afterwards. */
  write(bytes: Uint8Array): void {
    if (this.#failed || bytes.length === 0) return;
    this.#unwritten += bytes.length;
    this.#stream.write(bytes, (error) => {
      this.#unwritten -= bytes.length;
      if (error) this.#fail(error);
      if (!this.full) this.#wake();
      if (this.#unwritten === 0) this.#settle();
    });
  }

  /** Call back once there is room; not at all if that is asked for twice before. */
  whenRoom(callback: () => void): void {
    this.#waiting.add(callback);
    if (!this.full) this.#wake();
  }

  /** Resolve once everything written so far has left this process, or cannot any more. */
  flushed(): Promise<void> {
    if (this.#failed || this.#unwritten === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onFlushed.push(resolve));
  }

  /** Give the stream up as if it had failed: nothing more is written. */
  abandon(): void {
    this.#failed = true;
    this.#stream.destroy();
    this.#wake();
    this.#settle();
  }

  /** Write what is left and close the stream; for files, never for the launcher's own streams. */
  async close(): Promise<void> {
    if (this.#failed || this.#stream.closed) return;
    const closed = new Promise<void>((resolve) => this.#stream.once('close', resolve));
    this.#stream.end();
    await closed;
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#wake();
    this.#settle();
    this.#onFailure(error);
  }

  /** Some go on, the others in the next turn: together they could bring far more than there is room for. */
  #wake(): void {
    if (this.#waking) return;
    let left = RESUMED_AT_ONCE;
    for (const callback of this.#waiting) {
      if (left === 0) {
        this.#waking = true;
        setImmediate(() => {
          this.#waking = false;
          if (!this.full) this.#wake();
        });
        return;
      }
      left -= 1;
      this.#waiting.delete(callback);
      callback();
    }
  }

  #settle(): void {
    for (const resolve of this.#onFlushed.splice(0)) resolve();
  }
}
