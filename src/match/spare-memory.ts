/** Longer messages get memory of their own, which goes with them. */
const MOST_BYTES = 16 * 2 ** 20;
/** Memory of which so many messages in a row needed less than half is given up. */
const IDLE_MESSAGES = 64;

/**
 * Memory for the encodings of long values on their way, kept for the next one.
 *
 * To fill fresh memory takes three times as long as to fill some that was used before.
 */
export class SpareMemory {
  #spare: Uint8Array | undefined;
  #idle = 0;

  /** Take memory of so many bytes; what is in it is left over from before. */
  take(bytes: number): Uint8Array {
    const spare = this.#spare;
    if (spare === undefined || spare.length < bytes) return new Uint8Array(bytes);
    this.#spare = undefined;
    return spare.subarray(0, bytes);
  }

  /** Take memory and copy this into it. */
  copyOf(bytes: Uint8Array): Uint8Array {
    const copy = this.take(bytes.length);
    copy.set(bytes);
    return copy;
  }

  /** Give memory back that `take` or `copyOf` handed out, when nothing refers to it any more. */
  give(memory: Uint8Array): void {
    const whole = new Uint8Array(memory.buffer);
    if (whole.length > MOST_BYTES || whole.length <= (this.#spare?.length ?? 0)) return;
    this.#idle = 2 * memory.length < whole.length ? this.#idle + 1 : 0;
    this.#spare = this.#idle < IDLE_MESSAGES ? whole : undefined;
    if (this.#spare === undefined) this.#idle = 0;
  }
}
