/** Memory that several ranks see, and a way to sleep on a word of it. */
export interface SharedMemory {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /**
   * Sleep while the word at `index` holds `value`, `ms` at the longest. Blocks the thread.
   *
   * May return early for no reason at all.
   */
  sleep(index: number, value: number, ms: number): void;
  /** Wake whoever sleeps on the word at `index`. */
  wake(index: number): void;
  /** Let other processes have this processor. */
  giveWay(): void;
}
