import type { PeerMemory } from './peer-memory.ts';

/** One rank's part in the copying of a long payload. See `claim.ts`. */
export interface Copy {
  /** The other rank. */
  readonly peer: number;
  readonly ended: boolean;
  /** Copy the next part; false if there is nothing to do at this moment. */
  step(): boolean;
  /** Go no further. */
  drop(): void;
}

/** The other rank of a copy, and the words that the two share for it. */
export interface CopyPlace {
  readonly peer: number;
  readonly memory: PeerMemory;
  readonly words: Int32Array;
  /** Index of the word that counts what is claimed. */
  readonly claimed: number;
  /** Index of the word that tells how it is with the helper. */
  readonly helper: number;
}
