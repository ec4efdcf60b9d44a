/** Some items of one call, one after the other. */
export interface Chunk {
  /** The place of its first item in the call. */
  readonly first: number;
  readonly items: readonly unknown[];
}

/** Where the items of one call come from. */
export interface Supply {
  /** Take the next chunk; undefined if there is none for now. */
  take(): Chunk | undefined;
  /** How many chunks are left, as far as that is known; Infinity if not. */
  readonly left: number;
}

/** Cut a list into chunks. */
export class ListSupply implements Supply {
  readonly #items: readonly unknown[];
  readonly #chunkSize: number;
  #first = 0;

  constructor(items: readonly unknown[], chunkSize: number) {
    this.#items = items;
    this.#chunkSize = chunkSize;
  }

  get left(): number {
    return Math.ceil((this.#items.length - this.#first) / this.#chunkSize);
  }

  take(): Chunk | undefined {
    const first = this.#first;
    if (first >= this.#items.length) return undefined;
    const items = this.#items.slice(first, first + this.#chunkSize);
    this.#first += items.length;
    return { first, items };
  }
}
