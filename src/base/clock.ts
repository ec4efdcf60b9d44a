/** Time as the core sees it: real in a process, virtual in a simulation. */
export interface Clock {
  /** Milliseconds on a monotonic scale with an arbitrary origin. */
  now(): number;
  /** Run `callback` once after `ms` milliseconds. Returns how to call it off. */
  after(ms: number, callback: () => void): () => void;
}

/** The longest delay that a timer can hold; it takes a longer one for none. */
export const LONGEST_DELAY_MS: number = 2 ** 31 - 1;
