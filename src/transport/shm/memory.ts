/** What a process knows of the memory of another. */
export interface ForeignMemory {
  /** Of this process. */
  readonly processId: number;
  /** Where bytes of this process lie. They must not be moved or freed while another reads them. */
  addressOf(bytes: Uint8Array): number;
  /** Copy bytes that lie `there` in another process to `here`; false if the system does not let us, or it is gone. */
  read(processId: number, there: number, here: number, bytes: number): boolean;
  /** Copy bytes from `here` to where they are to lie in another process; false as for `read`. */
  write(processId: number, there: number, here: number, bytes: number): boolean;
  /** Have the system use large pages for what is not yet there of this memory. */
  preferLargePages(address: number, bytes: number): void;
}

/** Memory that several ranks see, and a way to sleep on a word of it. */
export interface SharedMemory {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** Whether plain loads do what atomic ones do: see `ring.ts`. */
  readonly plainLoads: boolean;
  /**
   * Sleep while the word at `index` holds `value`, `ms` at the longest. Blocks the thread.
   *
   * May return early for no reason at all.
   */
  sleep(index: number, value: number, ms: number): void;
  /** Wake whoever sleeps on the word at `index`. */
  wake(index: number): void;
  /** Give back so many bytes from `at` on: whoever sees them finds zeros from now on. Only whole pages are. */
  discard(at: number, bytes: number): void;
  /** Let other processes have this processor. */
  giveWay(): void;
}
