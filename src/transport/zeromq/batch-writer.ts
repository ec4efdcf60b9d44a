import { Fifo } from '../../base/fifo.ts';
import { LONGEST_TAKEN_BYTES } from '../transport.ts';
import {
  IN_PIECES,
  LENGTH_BYTES,
  MOST_UNDER_WAY_BYTES,
  OWN_PART,
  OWN_PART_BYTES,
  PIECE_BYTES,
  PROLOGUE_BYTES,
  RECORD_BYTES,
  TAKEN,
} from './batch.ts';

/** A message as ZeroMQ takes it: its only part, or its parts. */
export type Parts = Uint8Array | Uint8Array[];

/** A frame whose payload leaves in pieces. */
interface LongFrame {
  readonly header: Int32Array;
  readonly payload: Uint8Array;
  /** How much of the payload has left. */
  sent: number;
  /** Called once the receiver has all of it. */
  readonly done: () => void;
}

/** A piece that the peer is yet to take. */
interface Piece {
  readonly bytes: number;
  /** Called when it was taken, if it is the last of its frame. */
  readonly done: (() => void) | undefined;
}

/**
 * A message that holds this much takes no further frame.
 *
 * ZeroMQ hands a message on when it is there as a whole, and the receiver's event loop stands still
 * while its frames are taken in.
 */
const FULL_BYTES = 256 * 1024;

/** Room that a writer keeps between messages. */
const KEPT_BYTES = 1024;

/** Collects frames for one peer until they are sent. */
export class BatchWriter {
  readonly #source: number;
  /** What leaves before that which is being collected: whole messages, and long frames. */
  readonly #before = new Fifo<Uint8Array[] | LongFrame>();
  #bytes = new Uint8Array(KEPT_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = PROLOGUE_BYTES;
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #number = 0;
  /** Pieces that the peer is to be told were taken; undefined if it is to be told nothing. */
  #untold: number | undefined;
  /** Whether the peer is to see the number of the next message, whatever is in it. */
  #marks = false;
  /** Pieces under way, the oldest first. */
  readonly #underWay = new Fifo<Piece>();
  #bytesUnderWay = 0;

  /** @param source  the world rank that sends */
  constructor(source: number) {
    this.#source = source;
  }

  /** Whether the peer is yet to tell of pieces. */
  get awaitsPeer(): boolean {
    return this.#underWay.length > 0;
  }

  /**
   * Add a frame, whose header is copied.
   *
   * @returns undefined if the payload was copied too, else a promise that resolves when it may change
   */
  add(header: Int32Array, payload: Uint8Array): Promise<void> | undefined {
    const { length } = payload;
    if (length > LONGEST_TAKEN_BYTES) return this.#addLong(header, payload);
    const ownPart = length >= OWN_PART_BYTES;
    const inline = ownPart ? 0 : length;
    const payloadAt = RECORD_BYTES + 4 * header.length;
    this.#makeRoom(payloadAt + inline, length);
    this.#writeRecord(header, ownPart ? OWN_PART : length);
    if (ownPart) {
      // The copy is needed: ZeroMQ reads the memory on its own thread, for an unknown time.
      this.#parts.push(new Uint8Array(payload));
      this.#partBytes += length;
    } else {
      this.#bytes.set(payload, this.#length);
      this.#length += length;
    }
    return undefined;
  }

  /** Note that so many pieces of the peer's were taken, which it is to be told. */
  tell(pieces: number): void {
    this.#untold = (this.#untold ?? 0) + pieces;
  }

  /** Have the peer look whether it has all messages up to now. */
  mark(): void {
    this.#marks = true;
  }

  /** Take in that the peer has taken so many pieces. */
  taken(pieces: number): void {
    for (let n = 0; n < pieces; n += 1) {
      const piece = this.#underWay.shift();
      if (piece === undefined) return;
      this.#bytesUnderWay -= piece.bytes;
      piece.done?.();
    }
  }

  /** Nothing of this will be sent: take it that all payloads may change. */
  forget(): void {
    this.taken(this.#underWay.length);
    for (let next = this.#before.shift(); next !== undefined; next = this.#before.shift()) {
      if ('payload' in next) next.done();
    }
  }

  /** Take the oldest message that may leave now; undefined if there is none. */
  take(): Parts | undefined {
    if (this.#untold !== undefined) return this.#takeTold(this.#untold);
    if (this.#marks) return this.#takeMark();
    const next = this.#before.peek();
    if (next === undefined) return this.#length > PROLOGUE_BYTES ? this.#finish() : undefined;
    if (!('payload' in next)) {
      this.#before.shift();
      return number(next, this.#nextNumber());
    }
    if (this.#bytesUnderWay >= MOST_UNDER_WAY_BYTES) return undefined;
    return this.#takePiece(next);
  }

  #addLong(header: Int32Array, payload: Uint8Array): Promise<void> {
    if (this.#length > PROLOGUE_BYTES) this.#before.push(this.#close());
    const kept = new Int32Array(header);
    return new Promise((done) => {
      this.#before.push({ header: kept, payload: movable(payload), sent: 0, done });
    });
  }

  #takeMark(): Uint8Array {
    this.#marks = false;
    return new Uint8Array(this.#newBeginning(0).buffer);
  }

  /** What was taken is told at once, and waits for no piece in the other direction. */
  #takeTold(pieces: number): Uint8Array {
    const view = this.#newBeginning(RECORD_BYTES);
    view.setUint32(PROLOGUE_BYTES, TAKEN, true);
    view.setUint32(PROLOGUE_BYTES + 4, pieces, true);
    this.#untold = undefined;
    return new Uint8Array(view.buffer);
  }

  /** Begin a message of its own, with room for so many bytes of records. */
  #newBeginning(bytes: number): DataView<ArrayBuffer> {
    const view = new DataView(new ArrayBuffer(PROLOGUE_BYTES + bytes));
    view.setUint32(0, this.#source, true);
    view.setUint32(4, this.#nextNumber(), true);
    return view;
  }

  #takePiece(frame: LongFrame): Uint8Array[] {
    const { header, payload, sent, done } = frame;
    const view = this.#newBeginning(sent > 0 ? 0 : RECORD_BYTES + 4 * header.length + LENGTH_BYTES);
    if (sent === 0) {
      view.setUint32(PROLOGUE_BYTES, header.length, true);
      view.setUint32(PROLOGUE_BYTES + 4, IN_PIECES, true);
      const at = PROLOGUE_BYTES + RECORD_BYTES;
      for (let n = 0; n < header.length; n += 1) {
        view.setInt32(at + 4 * n, header[n] as number, true);
      }
      view.setFloat64(at + 4 * header.length, payload.length, true);
    }
    const piece = payload.subarray(sent, sent + PIECE_BYTES);
    frame.sent += piece.length;
    const last = frame.sent === payload.length;
    if (last) this.#before.shift();
    this.#underWay.push({ bytes: piece.length, done: last ? done : undefined });
    this.#bytesUnderWay += piece.length;
    return [new Uint8Array(view.buffer), piece];
  }

  #writeRecord(header: Int32Array, length: number): void {
    const view = this.#view;
    const at = this.#length + RECORD_BYTES;
    view.setUint32(this.#length, header.length, true);
    view.setUint32(this.#length + 4, length, true);
    for (let n = 0; n < header.length; n += 1) {
      view.setInt32(at + 4 * n, header[n] as number, true);
    }
    this.#length = at + 4 * header.length;
  }

  #nextNumber(): number {
    const next = this.#number;
    this.#number = (next + 1) >>> 0;
    return next;
  }

  #finish(): Parts {
    this.#view.setUint32(4, this.#nextNumber(), true);
    if (this.#parts.length > 0) return this.#close();
    return this.#takeBytes();
  }

  /** End the message that is being collected; its number is put in when it leaves. */
  #close(): Uint8Array[] {
    const parts = this.#parts;
    this.#parts = [];
    this.#partBytes = 0;
    return [this.#takeBytes(), ...parts];
  }

  #takeBytes(): Uint8Array {
    this.#view.setUint32(0, this.#source, true);
    const length = this.#length;
    this.#length = PROLOGUE_BYTES;
    if (this.#bytes.length === KEPT_BYTES) return this.#bytes.slice(0, length);
    const taken = this.#bytes.subarray(0, length);
    this.#replace(new Uint8Array(KEPT_BYTES));
    return taken;
  }

  #makeRoom(bytes: number, payloadBytes: number): void {
    const total = this.#length + this.#partBytes + bytes + payloadBytes;
    if (total > FULL_BYTES && this.#length > PROLOGUE_BYTES) this.#before.push(this.#close());
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#replace(larger);
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

function number(message: Uint8Array[], value: number): Uint8Array[] {
  const [{ buffer, byteOffset } = new Uint8Array(PROLOGUE_BYTES)] = message;
  new DataView(buffer, byteOffset).setUint32(4, value, true);
  return message;
}

/** Memory that ZeroMQ may read on its own thread until it is told of: it must not go away, or be shared. */
function movable(payload: Uint8Array): Uint8Array {
  const { buffer } = payload;
  const plain = buffer instanceof ArrayBuffer && !(buffer as { resizable?: boolean }).resizable;
  return plain ? payload : new Uint8Array(payload);
}
