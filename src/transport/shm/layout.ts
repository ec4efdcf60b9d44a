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

/** Finds words and bytes by rank. */
export class SegmentLayout {
  readonly size: number;
  /** Bytes of each ring, a power of two. */
  readonly ringBytes: number;

  constructor(size: number, ringBytes: number) {
    this.size = size;
    this.ringBytes = ringBytes;
  }

  /** Bytes of the whole. */
  get bytes(): number {
    return this.#ringsAt + this.#pairs * this.ringBytes;
  }

  /** Index, in words of 4 bytes, of the word that a rank sleeps on. */
  sleepWord(rank: number): number {
    return (rank * APART_BYTES) / 4;
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

  #pair(source: number, dest: number): number {
    return source * (this.size - 1) + (dest < source ? dest : dest - 1);
  }
}
