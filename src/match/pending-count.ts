/** An operation as it is counted. */
export interface Counted {
  /** Set when it begins to wait: its place among all that ever did. */
  sequence: number;
}

/** Counts the operations that wait. */
export class PendingCount {
  /** How many ever began to wait. */
  started = 0;
  /** Whether somebody will look here before long: then only the first that waits is news. */
  watched = false;
  #count = 0;
  readonly #onWait: () => void;
  readonly #onIdle: () => void;

  /**
   * @param onWait  the first waits; or one more while nobody watches
   * @param onIdle  none waits any more while nobody watches
   */
  constructor(onWait: () => void, onIdle: () => void) {
    this.#onWait = onWait;
    this.#onIdle = onIdle;
  }

  get pending(): boolean {
    return this.#count > 0;
  }

  add(operation: Counted): void {
    this.started += 1;
    operation.sequence = this.started;
    this.#count += 1;
    if (this.#count === 1 || !this.watched) this.#onWait();
  }

  remove(): void {
    this.#count -= 1;
    if (this.#count === 0 && !this.watched) this.#onIdle();
  }
}
