/** So much work may lie in front of a worker: enough to cover the way of a message there and back. */
const AHEAD_MICROS = 2000;

/** How many of the last chunks count. */
const REMEMBERED = 32;

/** How long the chunks of one call take. */
export class Pace {
  readonly #recent: number[] = [];
  #at = 0;

  /** Take note of how long one took. */
  note(micros: number): void {
    this.#recent[this.#at] = micros;
    this.#at = (this.#at + 1) % REMEMBERED;
  }

  /** How long one takes on the whole, in microseconds; undefined while none is done. */
  get mean(): number | undefined {
    const { length } = this.#recent;
    if (length === 0) return undefined;
    let sum = 0;
    for (const micros of this.#recent) sum += micros;
    return sum / length;
  }

  /**
   * How many chunks one worker may have. The slowest that is remembered counts: a long one that waits behind others is
   * worse than a worker that waits for a message.
   */
  get window(): number {
    if (this.#recent.length === 0) return 1;
    let slowest = 1;
    for (const micros of this.#recent) if (micros > slowest) slowest = micros;
    return Math.max(1, Math.floor(AHEAD_MICROS / slowest));
  }
}
