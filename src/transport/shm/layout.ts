/**
 * Where everything lies in a part of the memory that processes of one host share.
 *
 *     sleep word and process id of each member | pairs of members | pairs of the first elder with members | of the second …
 *
 * For pairs there is a control block per ordered pair, and then one ring per ordered pair. What belongs to one elder is
 * together, so that it can be given back alone. Fresh memory is all zeros, and that is a valid start: empty rings, nobody
 * asleep.
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

/** What is given back is whole pages. */
const PAGE_BYTES = 4096;

/** Bytes at the beginning of a part in which the words of so many members lie. */
export function wordsBytes(members: number): number {
  return members * APART_BYTES;
}

/** Index, in words of 4 bytes from the beginning of its part, of the word that a member sleeps on. */
export function sleepWord(place: number): number {
  return wordsBytes(place) / 4;
}

/** Index, in words of 4 bytes, of the process id of a member; 0 until it has joined. */
export function processWord(place: number): number {
  return sleepWord(place) + 1;
}

/** For whom a part is, and how large its rings are. */
export interface PartShape {
  /** Those that it was made for, by process numbers: their words are here, and rings between any two of them. */
  readonly members: readonly number[];
  /** Bytes of each of these rings, a power of two. */
  readonly ringBytes: number;
  /** Those that were there before: there are rings between each of them and each member. None if left out. */
  readonly elders?: readonly number[] | undefined;
  /** Bytes of each of those, a power of two. */
  readonly elderRingBytes?: number | undefined;
}

/** A stretch of a part, in bytes. */
export interface Stretch {
  readonly at: number;
  readonly bytes: number;
}

/** Finds words and bytes of a part by the numbers of processes. */
export class SegmentLayout {
  /** The processes whose part it is, in the order of their places. */
  readonly members: readonly number[];
  /** Those that reach the members through it, but not each other. */
  readonly elders: readonly number[];
  readonly ringBytes: number;
  readonly elderRingBytes: number;
  readonly #places: ReadonlyMap<number, number>;
  readonly #elderPlaces: ReadonlyMap<number, number>;

  constructor(shape: PartShape) {
    const { members, ringBytes, elders = [], elderRingBytes = LEAST_RING_BYTES } = shape;
    this.members = members;
    this.elders = elders;
    this.ringBytes = ringBytes;
    this.elderRingBytes = elderRingBytes;
    this.#places = placesOf(members);
    this.#elderPlaces = placesOf(elders);
  }

  /** Whether it is a process's own part. */
  has(rank: number): boolean {
    return this.#places.has(rank);
  }

  /** The processes that this one has rings with. */
  peersOf(rank: number): number[] {
    if (this.#elderPlaces.has(rank)) return [...this.members];
    if (!this.has(rank)) return [];
    return [...this.members.filter((other) => other !== rank), ...this.elders];
  }

  /** Bytes of the whole. */
  get bytes(): number {
    return this.#eldersAt + this.elders.length * this.#elderBytes;
  }

  /** Index, in words of 4 bytes, of the word that a member sleeps on. */
  sleepWord(member: number): number {
    return sleepWord(this.#place(member));
  }

  /** Index, in words of 4 bytes, of the process id of a member. */
  processWord(member: number): number {
    return processWord(this.#place(member));
  }

  /** Index, in words of 4 bytes, of the control block of a pair. */
  controlWord(source: number, dest: number): number {
    const elder = this.#elderOf(source, dest);
    const start = elder === undefined ? wordsBytes(this.members.length) : this.#elderAt(elder);
    return (start + this.#pair(source, dest) * CONTROL_BYTES) / 4;
  }

  /** Offset, in bytes, of the ring of a pair. */
  ringAt(source: number, dest: number): number {
    const elder = this.#elderOf(source, dest);
    const start =
      elder === undefined ? this.#ringsAt : this.#elderAt(elder) + this.#elderControlBytes;
    return start + this.#pair(source, dest) * this.ringBytesOf(source, dest);
  }

  /** Bytes of the ring of a pair. */
  ringBytesOf(source: number, dest: number): number {
    return this.#elderOf(source, dest) === undefined ? this.ringBytes : this.elderRingBytes;
  }

  /** The whole pages that nobody but members uses, and not all of these while others may look for their words. */
  ofMembers(): Stretch {
    const at = wholePages(wordsBytes(this.members.length));
    return { at, bytes: Math.max(0, this.#eldersAt - at) };
  }

  /** What nobody uses but an elder and the members. */
  ofElder(elder: number): Stretch {
    return { at: this.#elderAt(elder), bytes: this.#elderBytes };
  }

  get #pairs(): number {
    return this.members.length * (this.members.length - 1);
  }

  get #ringsAt(): number {
    return wholePages(wordsBytes(this.members.length) + this.#pairs * CONTROL_BYTES);
  }

  get #eldersAt(): number {
    return this.#ringsAt + this.#pairs * this.ringBytes;
  }

  get #elderControlBytes(): number {
    return wholePages(2 * this.members.length * CONTROL_BYTES);
  }

  get #elderBytes(): number {
    return this.#elderControlBytes + 2 * this.members.length * this.elderRingBytes;
  }

  #elderAt(elder: number): number {
    return this.#eldersAt + (this.#elderPlaces.get(elder) as number) * this.#elderBytes;
  }

  #elderOf(source: number, dest: number): number | undefined {
    if (!this.has(source)) return source;
    return this.has(dest) ? undefined : dest;
  }

  #place(member: number): number {
    return this.#places.get(member) as number;
  }

  /** The number of a pair among those that lie together. */
  #pair(source: number, dest: number): number {
    if (!this.has(source)) return 2 * this.#place(dest);
    if (!this.has(dest)) return 2 * this.#place(source) + 1;
    const from = this.#place(source);
    const to = this.#place(dest);
    return from * (this.members.length - 1) + (to < from ? to : to - 1);
  }
}

function placesOf(ranks: readonly number[]): Map<number, number> {
  return new Map(ranks.map((rank, place) => [rank, place]));
}

function wholePages(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
