/**
 * The binomial tree of a call with a root.
 *
 * Ranks are counted from the root, which is vrank 0. The parent of a rank is the vrank without its lowest bit; the subtree of a rank
 * consists of as many vranks in a row, from its own on, as that bit says, as far as there are so many.
 */
export class Tree {
  readonly vrank: number;
  /** How many ranks the subtree of this rank has at most: its lowest bit. */
  readonly span: number;
  readonly #root: number;
  readonly #size: number;

  constructor(rank: number, size: number, root: number) {
    this.#root = root;
    this.#size = size;
    this.vrank = (rank - root + size) % size;
    let span = 1;
    while (span < size && (this.vrank & span) === 0) span *= 2;
    this.span = span;
  }

  /** The parent of this rank, which is not the root. */
  get parent(): number {
    return this.rankOf(this.vrank - this.span);
  }

  rankOf(vrank: number): number {
    return (vrank + this.#root) % this.#size;
  }

  /** How many ranks are in the subtree of the child that is so far away; 0 if there is none. */
  below(distance: number): number {
    return Math.max(0, Math.min(distance, this.#size - this.vrank - distance));
  }
}
