/** The store that the ranks of one run share, as the run sees it. */
export interface RunStore {
  /** Give a rank its part. @param size  how many processes there are by now */
  open(rank: number, size: number): RankStore;
  /** A rank has finished or failed: its locks go to others. */
  gone(rank: number): void;
}

/** The part of one rank. */
export interface RankStore {
  /** Do something of this rank: what it asks the store is asked for this rank. */
  enter<T>(work: () => T): T;
  /** Give up what waits, and resolve when all else is answered. */
  finalize(): Promise<void>;
  grow(size: number): void;
  /** Nothing more comes of another rank. @param lost  why, unless it has finished */
  peerGone(rank: number, lost?: string): void;
  /** What waits, as the user would write it. */
  waits(): readonly string[];
}

/** How calls get to the store and answers to ranks: each in its order, after a while. */
export interface Carrier {
  toStore(rank: number, takeIn: () => void): void;
  toRank(rank: number, takeIn: () => void): void;
}
