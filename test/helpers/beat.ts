const PERIOD_MS = 10;

/** A timer that beats every 10 ms, and notes how late each beat is. */
export class Beat {
  #late: number[] = [];
  #due = performance.now() + PERIOD_MS;
  readonly #timer = setInterval(() => {
    const now = performance.now();
    this.#late.push(now - this.#due);
    this.#due = now + PERIOD_MS;
  }, PERIOD_MS);

  /** Forget what was noted. */
  restart(): void {
    this.#late = [];
    this.#due = performance.now() + PERIOD_MS;
  }

  /** @returns by how many milliseconds beats were late, the least first */
  stop(): number[] {
    clearInterval(this.#timer);
    return this.#late.sort((a, b) => a - b);
  }
}
