/**
 * How any number of ranks becomes a power of two: the first ones go in pairs, of which one hands over what it has to the
 * other. Those that go on are numbered anew, in their order, so that neighbours stay neighbours.
 */
export class Folding {
  /** How many ranks go on: the largest power of two that there are ranks for. */
  readonly power: number;
  /** How many hand over. */
  readonly #pairs: number;
  readonly #kept: number;

  /** @param kept  a rank that goes on */
  constructor(size: number, kept: number = 0) {
    this.power = 2 ** (31 - Math.clz32(size));
    this.#pairs = size - this.power;
    this.#kept = kept;
  }

  /** The other rank of the pair; undefined for a rank that is in none. */
  partnerOf(rank: number): number | undefined {
    return rank < 2 * this.#pairs ? rank ^ 1 : undefined;
  }

  /** Whether this rank, one of a pair, hands over: the odd one does, unless it is to go on. */
  handsOver(rank: number): boolean {
    return (
      rank < 2 * this.#pairs && rank !== this.#kept && (rank % 2 === 1 || rank + 1 === this.#kept)
    );
  }

  /** The number of a rank that goes on among those that do; for one that hands over, that of its partner. */
  fold(rank: number): number {
    return rank < 2 * this.#pairs ? rank >> 1 : rank - this.#pairs;
  }

  /** The rank that has this number among those that go on. */
  unfold(number: number): number {
    if (number >= this.#pairs) return number + this.#pairs;
    return this.#kept >> 1 === number ? this.#kept : 2 * number;
  }

  /** The first of the ranks that this number stands for; for the number after the last, how many ranks there are. */
  first(number: number): number {
    return number < this.#pairs ? 2 * number : number + this.#pairs;
  }
}
