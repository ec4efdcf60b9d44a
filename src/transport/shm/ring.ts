import { assert } from '../../base/error.ts';
import { type Landing, MAX_HEADER_BYTES } from '../transport.ts';
import { TAIL_WORD, WANTS_ROOM_WORD } from './layout.ts';
import type { SharedMemory } from './memory.ts';

/**
 * A ring of bytes between one writer and one reader, in memory that both see.
 *
 * It holds records, each aligned to 8 bytes and contiguous. The first word of a record tells its kind
 * and the bytes of its body; as long as it is 0 there is no record yet. So the word that says how
 * long is also the flag that says that it is there, and a short message touches one cache line.
 *
 *     0 kind, body bytes   4 header bytes   8 body: header, payload                  (WHOLE)
 *     0 kind, body bytes   4 header bytes   8 payload bytes in all (f64)   16 body   (FIRST)
 *     0 kind, body bytes   4 unused         8 body: more of the payload              (MORE)
 *     0 kind                                                                         (SKIP)
 *
 * A record that does not fit before the end of the ring starts at its beginning, after a SKIP. A long
 * frame is cut: FIRST and as many MORE as it takes, each a quarter of the ring at most.
 *
 * Why nothing is read that is not written yet:
 * - The word at the writer's position is always 0 when the reader gets there. It is so in fresh memory,
 *   and the writer stores 0 where its next record will begin before it publishes a record, or a SKIP.
 *   That place is free: a record is written only where it and 8 bytes more are.
 * - The writer stores the body, then the 0, both plainly, then the first word by `Atomics.store`. The
 *   reader loads that word by `Atomics.load`, then the body. Atomics are sequentially consistent: what
 *   was stored before the word is seen by whoever sees the word. (The language promises this for shared
 *   buffers. The engines compile the same instructions for others, and this memory is one of those.)
 * - Nothing is overwritten that is still to be read: the reader publishes by `Atomics.store` how far it
 *   has read, after it has, and the writer writes no further than it loads there.
 *
 * Positions count bytes modulo 2^30, of which the low bits are the place in the ring.
 */

const WHOLE = 1;
const FIRST = 2;
const MORE = 3;
const SKIP = 4;

const KIND_SHIFT = 28;
const BYTES_MASK: number = 2 ** KIND_SHIFT - 1;
const POSITION_MASK: number = 2 ** 30 - 1;

const NO_PAYLOAD = new Uint8Array(0);

const RECORD_BYTES = 8;
const FIRST_BYTES = 16;

/** Where a ring lies. */
export interface RingPlace {
  readonly memory: SharedMemory;
  /** Index of its control block in words. */
  readonly control: number;
  /** Offset of its bytes. */
  readonly start: number;
  /** Its size, a power of two. */
  readonly bytes: number;
}

/** A frame that is too long for one record, on its way into the ring. */
export interface LongFrame {
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
  /** Bytes of the payload that are in the ring, or -1 before the first record. */
  written: number;
}

/** The end of a ring that one rank writes to. */
export class RingWriter {
  /** The most bytes of header and payload together that fit one record. */
  readonly wholeBytes: number;
  readonly #memory: SharedMemory;
  readonly #words: Int32Array;
  readonly #control: number;
  readonly #start: number;
  readonly #mask: number;
  readonly #largest: number;
  #head = 0;
  /** How far the reader has read, as last looked up. */
  #tail = 0;
  #f64: DataView;

  constructor({ memory, control, start, bytes }: RingPlace) {
    this.#memory = memory;
    this.#words = memory.words;
    this.#control = control;
    this.#start = start;
    this.#mask = bytes - 1;
    this.#largest = bytes / 4;
    this.wholeBytes = this.#largest - RECORD_BYTES;
    this.#f64 = new DataView(memory.words.buffer, memory.words.byteOffset);
  }

  /** Write a frame of up to `wholeBytes`; false if there is no room now. */
  write(header: Uint8Array, payload: Uint8Array): boolean {
    const body = header.length + payload.length;
    const at = this.#claim(RECORD_BYTES + body);
    if (at < 0) return false;
    this.#words[(at >> 2) + 1] = header.length;
    this.#copy(header, at + RECORD_BYTES);
    if (payload.length > 0) this.#copy(payload, at + RECORD_BYTES + header.length);
    this.#publish(at, WHOLE, body, RECORD_BYTES + body);
    return true;
  }

  /** Write the next piece of a long frame; false if there is no room now. */
  writeSome(frame: LongFrame): boolean {
    const { header, payload, written } = frame;
    if (written < 0) {
      const piece = Math.min(payload.length, this.#largest - FIRST_BYTES - header.length);
      const body = header.length + piece;
      const at = this.#claim(FIRST_BYTES + body);
      if (at < 0) return false;
      this.#words[(at >> 2) + 1] = header.length;
      this.#f64.setFloat64(at + 8, payload.length, true);
      this.#copy(header, at + FIRST_BYTES);
      this.#copy(payload.subarray(0, piece), at + FIRST_BYTES + header.length);
      this.#publish(at, FIRST, body, FIRST_BYTES + body);
      frame.written = piece;
      return true;
    }
    const piece = Math.min(payload.length - written, this.#largest - RECORD_BYTES);
    const at = this.#claim(RECORD_BYTES + piece);
    if (at < 0) return false;
    this.#copy(payload.subarray(written, written + piece), at + RECORD_BYTES);
    this.#publish(at, MORE, piece, RECORD_BYTES + piece);
    frame.written = written + piece;
    return true;
  }

  /**
   * Ask the reader to wake this side when there is more room.
   *
   * Whoever calls this must try once more to write before sleeping.
   */
  wantRoom(): void {
    Atomics.store(this.#words, this.#control + WANTS_ROOM_WORD, 1);
  }

  /** Find room for a record of so many bytes, and skip to it; -1 if there is none. */
  #claim(bytes: number): number {
    const record = (bytes + 7) & ~7;
    const place = this.#head & this.#mask;
    const left = this.#mask + 1 - place;
    const skipped = record <= left ? 0 : left;
    const needed = skipped + record + RECORD_BYTES;
    if (this.#free() < needed) {
      this.#tail = Atomics.load(this.#words, this.#control + TAIL_WORD);
      if (this.#free() < needed) return -1;
    }
    if (skipped === 0) return this.#start + place;
    this.#words[this.#start >> 2] = 0;
    Atomics.store(this.#words, (this.#start + place) >> 2, SKIP << KIND_SHIFT);
    this.#head = (this.#head + skipped) & POSITION_MASK;
    return this.#start;
  }

  #publish(at: number, kind: number, body: number, bytes: number): void {
    this.#head = (this.#head + ((bytes + 7) & ~7)) & POSITION_MASK;
    this.#words[(this.#start + (this.#head & this.#mask)) >> 2] = 0;
    Atomics.store(this.#words, at >> 2, (kind << KIND_SHIFT) | body);
  }

  #free(): number {
    return this.#mask + 1 - ((this.#head - this.#tail) & POSITION_MASK);
  }

  #copy(bytes: Uint8Array, at: number): void {
    this.#memory.bytes.set(bytes, at);
  }
}

/** Takes in a frame, as `OnFrame` does, from a known source. */
export type TakeFrame = (header: Uint8Array, payload: Uint8Array) => void;

/** Says where a long payload is to be put, as `Land` does, from a known source. */
export type LandFrame = (header: Uint8Array, bytes: number) => Landing | undefined;

/** A long frame of which pieces are still to come. */
interface Incoming {
  readonly header: Uint8Array;
  readonly bytes: number;
  readonly landing: Landing;
  filled: number;
}

/** The end of a ring that one rank reads from. */
export class RingReader {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #control: number;
  readonly #start: number;
  readonly #mask: number;
  readonly #take: TakeFrame;
  readonly #land: LandFrame;
  readonly #onRoom: () => void;
  readonly #f64: DataView;
  #tail = 0;
  #published = 0;
  readonly #headerWords = new Int32Array(MAX_HEADER_BYTES / 4);
  #header = new Uint8Array(0);
  #incoming: Incoming | undefined;

  /** @param onRoom  the writer waits for room, and now there is more */
  constructor(
    { memory, control, start, bytes }: RingPlace,
    take: TakeFrame,
    land: LandFrame,
    onRoom: () => void,
  ) {
    this.#bytes = memory.bytes;
    this.#words = memory.words;
    this.#control = control;
    this.#start = start;
    this.#mask = bytes - 1;
    this.#take = take;
    this.#land = land;
    this.#onRoom = onRoom;
    this.#f64 = new DataView(memory.words.buffer, memory.words.byteOffset);
  }

  /** Take in the next record, if there is one; false if not. */
  read(): boolean {
    let at = this.#start + (this.#tail & this.#mask);
    let word = Atomics.load(this.#words, at >> 2);
    if (word === 0) return false;
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
    // A writer needs half the ring at most. So while less than a quarter is unpublished and all is
    // read, it cannot be waiting for more, and most of the stores can be saved.
    if (((this.#tail - this.#published) & POSITION_MASK) * 4 > this.#mask) this.publish();
    return true;
  }

  /** Tell the writer how far this side has read. To be called before reading rests with records left. */
  publish(): void {
    if (this.#published === this.#tail) return;
    this.#published = this.#tail;
    Atomics.store(this.#words, this.#control + TAIL_WORD, this.#tail);
    const wants = this.#control + WANTS_ROOM_WORD;
    if (Atomics.load(this.#words, wants) === 0) return;
    Atomics.store(this.#words, wants, 0);
    this.#onRoom();
  }

  #readWhole(at: number, body: number): void {
    const headerAt = at + RECORD_BYTES;
    const headerBytes = this.#words[(at >> 2) + 1] as number;
    // A view of the ring would have to be made for each; these words are faster copied.
    const words = (headerBytes + 3) >> 2;
    for (let n = 0; n < words; n += 1) {
      this.#headerWords[n] = this.#words[(headerAt >> 2) + n] as number;
    }
    if (this.#header.length !== headerBytes) {
      this.#header = new Uint8Array(this.#headerWords.buffer, 0, headerBytes);
    }
    const payload =
      headerBytes === body
        ? NO_PAYLOAD
        : this.#bytes.subarray(headerAt + headerBytes, headerAt + body);
    this.#take(this.#header, payload);
  }

  #readFirst(at: number, body: number): void {
    const headerAt = at + FIRST_BYTES;
    const payloadAt = headerAt + (this.#words[(at >> 2) + 1] as number);
    const header = this.#bytes.slice(headerAt, payloadAt);
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

/** Tell whether rings of so many bytes can carry every header. */
export function carriesHeaders(ringBytes: number): boolean {
  return FIRST_BYTES + MAX_HEADER_BYTES <= ringBytes / 4;
}
