import { assert } from '../../base/error.ts';
import { type Landing, MAX_HEADER_WORDS } from '../transport.ts';
import { TAIL_WORD, WANTS_ROOM_WORD } from './layout.ts';
import {
  BYTES_MASK,
  FIRST,
  FIRST_BYTES,
  KIND_SHIFT,
  POSITION_MASK,
  RECORD_BYTES,
  type RingPlace,
  SHORT_BYTES,
  SKIP,
  WHOLE,
} from './ring.ts';

const NO_PAYLOAD = new Uint8Array(0);

// What is lent, one frame at a time, is the same memory for all readers.

/** One header of each length. */
const HEADERS = Array.from({ length: MAX_HEADER_WORDS + 1 }, (_, n) => new Int32Array(n));

/** Memory for short payloads. It is longer, so that none of them is taken for a gift. */
const SHORT = new Uint8Array(SHORT_BYTES + 8);
/** A view of it for each length. */
const SHORT_VIEWS = Array.from({ length: SHORT_BYTES + 1 }, (_, n) => SHORT.subarray(8, 8 + n));

/** Takes in a frame, as `OnFrame` does, from a known source. */
export type TakeFrame = (header: Int32Array, payload: Uint8Array) => void;

/** Says where a long payload is to be put, as `Land` does, from a known source. */
export type LandFrame = (header: Int32Array, bytes: number) => Landing | undefined;

/** A long frame of which pieces are still to come. */
interface Incoming {
  readonly header: Int32Array;
  readonly bytes: number;
  readonly landing: Landing;
  filled: number;
}

/** The end of a ring that one rank reads from. */
export class RingReader {
  /** Who writes to it. */
  readonly source: number;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #control: number;
  readonly #start: number;
  readonly #mask: number;
  readonly #plainLoads: boolean;
  readonly #take: TakeFrame;
  readonly #land: LandFrame;
  readonly #onRoom: () => void;
  readonly #f64: DataView;
  #tail = 0;
  #published = 0;
  #incoming: Incoming | undefined;

  /** @param onRoom  the writer waits for room, and now there is more */
  constructor(
    source: number,
    { memory, control, start, bytes }: RingPlace,
    take: TakeFrame,
    land: LandFrame,
    onRoom: () => void,
  ) {
    this.source = source;
    this.#bytes = memory.bytes;
    this.#words = memory.words;
    this.#control = control;
    this.#start = start;
    this.#mask = bytes - 1;
    this.#plainLoads = memory.plainLoads;
    this.#take = take;
    this.#land = land;
    this.#onRoom = onRoom;
    this.#f64 = new DataView(memory.words.buffer, memory.words.byteOffset);
  }

  /** Take in the next record, if there is one; false if not. */
  read(): boolean {
    let at = this.#start + (this.#tail & this.#mask);
    // An idle look costs a third of an atomic one this way. What else it sees is not relied on; that it sees no
    // record is, by a rank about to sleep: see there.
    let word = this.#words[at >> 2] as number;
    if (word === 0) return false;
    if (!this.#plainLoads) word = Atomics.load(this.#words, at >> 2);
    if (word >>> KIND_SHIFT === SKIP) {
      this.#tail = (this.#tail + this.#mask + 1 - (this.#tail & this.#mask)) & POSITION_MASK;
      at = this.#start;
      word = Atomics.load(this.#words, at >> 2);
      if (word === 0) return false;
    }
    const body = word & BYTES_MASK;
    const kind = word >>> KIND_SHIFT;
    if (kind === WHOLE) this.#readWhole(at, body);
    else if (kind === FIRST) this.#readFirst(at, body);
    else this.#readMore(at, body);
    const bytes = body + (kind === FIRST ? FIRST_BYTES : RECORD_BYTES);
    this.#tail = (this.#tail + ((bytes + 7) & ~7)) & POSITION_MASK;
    // A writer that finds no room sees half the ring taken or more, for it needs half at most. While
    // less than a quarter is unpublished the rest of that is not read yet, and to read it crosses the
    // quarter. So nobody waits for ever, and most of the stores can be saved.
    if (((this.#tail - this.#published) & POSITION_MASK) * 4 > this.#mask) this.#publish();
    return true;
  }

  /** Tell the writer how far this side has read. */
  #publish(): void {
    this.#published = this.#tail;
    Atomics.store(this.#words, this.#control + TAIL_WORD, this.#tail);
    const wants = this.#control + WANTS_ROOM_WORD;
    if (Atomics.load(this.#words, wants) === 0) return;
    Atomics.store(this.#words, wants, 0);
    this.#onRoom();
  }

  #readWhole(at: number, body: number): void {
    const headerAt = at + RECORD_BYTES;
    const header = this.#readHeader(headerAt, this.#words[(at >> 2) + 1] as number);
    this.#take(header, this.#payload(headerAt + 4 * header.length, headerAt + body));
  }

  /** A view of the ring would have to be made for each; a few words are faster copied. */
  #readHeader(at: number, words: number): Int32Array {
    const header = HEADERS[words];
    assert(header !== undefined, 'a header came that is too long');
    for (let n = 0; n < words; n += 1) header[n] = this.#words[(at >> 2) + n] as number;
    return header;
  }

  #payload(from: number, to: number): Uint8Array {
    const length = to - from;
    if (length > SHORT_BYTES) return this.#bytes.subarray(from, to);
    const view = SHORT_VIEWS[length] as Uint8Array;
    for (let n = 0; n < length; n += 1) view[n] = this.#bytes[from + n] as number;
    return view;
  }

  #readFirst(at: number, body: number): void {
    const headerAt = at + FIRST_BYTES;
    const header = this.#readHeader(headerAt, this.#words[(at >> 2) + 1] as number).slice();
    const payloadAt = headerAt + 4 * header.length;
    const bytes = this.#f64.getFloat64(at + 8, true);
    const landing = this.#land(header, bytes) ?? freshLanding(bytes);
    this.#incoming = { header, bytes, landing, filled: 0 };
    this.#fill(this.#incoming, payloadAt, headerAt + body);
  }

  #readMore(at: number, body: number): void {
    assert(this.#incoming !== undefined, 'a piece of no frame came');
    this.#fill(this.#incoming, at + RECORD_BYTES, at + RECORD_BYTES + body);
  }

  #fill(incoming: Incoming, from: number, to: number): void {
    const { header, bytes, landing } = incoming;
    const room = landing.room();
    room?.set(this.#bytes.subarray(from, to), incoming.filled);
    incoming.filled += to - from;
    if (incoming.filled < bytes) return;
    this.#incoming = undefined;
    this.#take(header, room ?? NO_PAYLOAD);
  }
}

/** New memory, which the receiver may keep. */
function freshLanding(bytes: number): Landing {
  const payload = new Uint8Array(bytes);
  return { room: () => payload };
}
