/** An operation as it is counted. */
export interface Counted {
  /** Set when it begins to wait: its place among all that ever did. */
  sequence: number;
}

/** Counts the operations that wait, and says when the first starts and the last ends. */
export class PendingCount {
  #count = 0;
  #started = 0;
  readonly #onStart: () => void;
  readonly #onChange: (pending: boolean) => void;

  /**
   * @param onStart  one more waits; called before `onChange`
   * @param onChange  the first waits, or none any more
   */
  constructor(onStart: () => void, onChange: (pending: boolean) => void) {
    this.#onStart = onStart;
    this.#onChange = onChange;
  }

  get pending(): boolean {
    return this.#count > 0;
  }

  add(operation: Counted): void {
    this.#started += 1;
    operation.sequence = this.#started;
    this.#count += 1;
    this.#onStart();
    if (this.#count === 1) this.#onChange(true);
  }

  remove(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#onChange(false);
  }
}
