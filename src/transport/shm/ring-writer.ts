import { TAIL_WORD, WANTS_ROOM_WORD } from './layout.ts';
import type { SharedMemory } from './memory.ts';
import {
  FIRST,
  FIRST_BYTES,
  KIND_SHIFT,
  MORE,
  POSITION_MASK,
  RECORD_BYTES,
  type RingPlace,
  SHORT_BYTES,
  SKIP,
  WHOLE,
} from './ring.ts';

/** A frame that is too long for one record, on its way into the ring. */
export interface LongFrame {
  readonly header: Int32Array;
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
  readonly #f64: DataView;

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
  write(header: Int32Array, payload: Uint8Array): boolean {
    const headerBytes = 4 * header.length;
    const body = headerBytes + payload.length;
    const at = this.#claim(RECORD_BYTES + body);
    if (at < 0) return false;
    this.#words[(at >> 2) + 1] = header.length;
    this.#copyHeader(header, at + RECORD_BYTES);
    if (payload.length > 0) this.#copy(payload, at + RECORD_BYTES + headerBytes);
    this.#publish(at, WHOLE, body, RECORD_BYTES + body);
    return true;
  }

  /** Write the next piece of a long frame; false if there is no room now. */
  writeSome(frame: LongFrame): boolean {
    const { header, payload, written } = frame;
    if (written < 0) {
      const headerBytes = 4 * header.length;
      const piece = Math.min(payload.length, this.#largest - FIRST_BYTES - headerBytes);
      const body = headerBytes + piece;
      const at = this.#claim(FIRST_BYTES + body);
      if (at < 0) return false;
      this.#words[(at >> 2) + 1] = header.length;
      this.#f64.setFloat64(at + 8, payload.length, true);
      this.#copyHeader(header, at + FIRST_BYTES);
      this.#copy(payload.subarray(0, piece), at + FIRST_BYTES + headerBytes);
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

  #copyHeader(header: Int32Array, at: number): void {
    const first = at >> 2;
    for (let n = 0; n < header.length; n += 1) this.#words[first + n] = header[n] as number;
  }

  #copy(bytes: Uint8Array, at: number): void {
    const { length } = bytes;
    if (length > SHORT_BYTES) {
      this.#memory.bytes.set(bytes, at);
      return;
    }
    const to = this.#memory.bytes;
    for (let n = 0; n < length; n += 1) to[at + n] = bytes[n] as number;
  }
}
