/**
 * So much work may lie in front of a worker. Its next items must be there when half of them are done: whoever hands out
 * has to be woken for that, and where workers have all processors the system lets it wait for a millisecond or several.
 */
const AHEAD_MICROS = 10_000;

/** How many of the last chunks count. */
const REMEMBERED = 32;

/** How long the chunks of one call take. */
export class Pace {
  #recent: number[] = [];
  #at = 0;

  /** Take note of how long one took. */
  note(micros: number): void {
    this.#recent[this.#at] = micros;
    this.#at = (this.#at + 1) % REMEMBERED;
  }

  /** Chunks were given back since one took far longer than expected: from now on that one counts, and those that follow. */
  surprise(): void {
    const longest = this.#recent.reduce((most, micros) => Math.max(most, micros), 0);
    this.#recent = [longest];
    this.#at = 1;
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
   * How many chunks one worker may have.
   *
   * By the mean, which a long one raises for all that are remembered: what waits behind others is worse than a worker that
   * waits for a message. Not by the longest, since any that the system has interrupted looks long.
   */
  get window(): number {
    const { mean } = this;
    if (mean === undefined) return 1;
    return Math.max(1, Math.floor(AHEAD_MICROS / Math.max(mean, 1)));
  }
}
