/**
 * Where everything lies in the memory that the ranks of one host share.
 *
 *     sleep word and process id of each rank | one control block per ordered pair | one ring per ordered pair
 *
 * Fresh memory is all zeros, and that is a valid start: empty rings, nobody asleep.
 */

/** What two writers use lies two cache lines apart: processors fetch lines in pairs. */
const APART_BYTES = 128;

/** Of a control block: where the reader publishes how far it has read. */
export const TAIL_WORD = 0;
/** Of a control block: where the writer says that it waits for room. */
export const WANTS_ROOM_WORD: number = APART_BYTES / 4;

/** Of a control block: how much of a long payload is claimed by the two that copy it. */
export const CLAIMED_WORD: number = (2 * APART_BYTES) / 4;
/** Of a control block: whether the writer was asked to help with that. */
export const HELPER_WORD: number = CLAIMED_WORD + 1;

const CONTROL_BYTES = 3 * APART_BYTES;

/** The least a ring may have: a header and a little payload must fit into a quarter. */
export const LEAST_RING_BYTES = 4096;

/** Finds words and bytes by rank: each rank has a place, and so has each ordered pair of them. */
export class SegmentLayout {
  /** Number of ranks that share the memory. */
  readonly size: number;
  /** Bytes of each ring, a power of two. */
  readonly ringBytes: number;
  /** The ranks, in the order of their places. */
  readonly ranks: readonly number[];
  readonly #places: readonly (number | undefined)[];

  /** @param ranks  which ranks share the memory, in an order that is the same for all; from 0 on if left out */
  constructor(size: number, ringBytes: number, ranks: readonly number[] = firstRanks(size)) {
    this.size = size;
    this.ringBytes = ringBytes;
    this.ranks = ranks;
    const places: (number | undefined)[] = new Array(Math.max(-1, ...ranks) + 1).fill(undefined);
    for (const [place, rank] of ranks.entries()) places[rank] = place;
    this.#places = places;
  }

  /** Whether this rank is one of those that share the memory. */
  has(rank: number): boolean {
    return this.#places[rank] !== undefined;
  }

  /** Bytes of the whole. */
  get bytes(): number {
    return this.#ringsAt + this.#pairs * this.ringBytes;
  }

  /** Index, in words of 4 bytes, of the word that a rank sleeps on. */
  sleepWord(rank: number): number {
    return (this.#place(rank) * APART_BYTES) / 4;
  }

  /** Index, in words of 4 bytes, of the process id of a rank; 0 until it has joined. */
  processWord(rank: number): number {
    return this.sleepWord(rank) + 1;
  }

  /** Index, in words of 4 bytes, of the control block of a pair. */
  controlWord(source: number, dest: number): number {
    return (this.size * APART_BYTES + this.#pair(source, dest) * CONTROL_BYTES) / 4;
  }

  /** Offset, in bytes, of the ring of a pair. */
  ringAt(source: number, dest: number): number {
    return this.#ringsAt + this.#pair(source, dest) * this.ringBytes;
  }

  get #pairs(): number {
    return this.size * (this.size - 1);
  }

  get #ringsAt(): number {
    const controls = this.size * APART_BYTES + this.#pairs * CONTROL_BYTES;
    return Math.ceil(controls / LEAST_RING_BYTES) * LEAST_RING_BYTES;
  }

  #place(rank: number): number {
    return this.#places[rank] as number;
  }

  #pair(source: number, dest: number): number {
    const from = this.#place(source);
    const to = this.#place(dest);
    return from * (this.size - 1) + (to < from ? to : to - 1);
  }
}

function firstRanks(size: number): number[] {
  return Array.from({ length: size }, (_, rank) => rank);
}
