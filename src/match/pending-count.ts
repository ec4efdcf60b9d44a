/** Counts the operations that wait, and says when the first starts and the last ends. */
export class PendingCount {
  #count = 0;
  readonly #onChange: (pending: boolean) => void;

  constructor(onChange: (pending: boolean) => void) {
    this.#onChange = onChange;
  }

  get pending(): boolean {
    return this.#count > 0;
  }

  add(): void {
    this.#count += 1;
    if (this.#count === 1) this.#onChange(true);
  }

  remove(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#onChange(false);
  }
}
