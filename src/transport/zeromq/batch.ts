import { Fifo } from '../../base/fifo.ts';
import { MAX_HEADER_WORDS, type OnFrame } from '../transport.ts';

/**
 * How frames are packed into ZeroMQ messages.
 *
 * The first part of a message holds the world rank of the sender, the number of the message, then one
 * record per frame: header words, payload bytes, header, payload. A long payload is not copied in
 * between: it is a part of its own, and its record says so. So many small frames cost one message, and
 * a long one costs no extra copy.
 */

const PROLOGUE_BYTES = 8;
const RECORD_BYTES = 8;
/** In place of the payload length: the payload is the next part of its own. */
const OWN_PART = 0xffffffff;

/** Payloads from this size on travel as a part of their own. */
export const OWN_PART_BYTES: number = 16 * 1024;

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
  readonly #full = new Fifo<Uint8Array[]>();
  #bytes = new Uint8Array(KEPT_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = PROLOGUE_BYTES;
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #number = 0;

  /** @param source  the world rank that sends */
  constructor(source: number) {
    this.#source = source;
  }

  get empty(): boolean {
    return this.#full.length === 0 && this.#length === PROLOGUE_BYTES;
  }

  /** Add a frame; header and payload are copied. */
  add(header: Int32Array, payload: Uint8Array): void {
    const ownPart = payload.length >= OWN_PART_BYTES;
    const inline = ownPart ? 0 : payload.length;
    const payloadAt = RECORD_BYTES + 4 * header.length;
    const room = payloadAt + inline;
    this.#makeRoom(room, payload.length);
    this.#view.setUint32(this.#length, header.length, true);
    this.#view.setUint32(this.#length + 4, ownPart ? OWN_PART : inline, true);
    for (const [n, word] of header.entries()) {
      this.#view.setInt32(this.#length + RECORD_BYTES + 4 * n, word, true);
    }
    if (ownPart) {
      // The copy is needed: ZeroMQ reads the memory on its own thread, for an unknown time.
      this.#parts.push(new Uint8Array(payload));
      this.#partBytes += payload.length;
    } else {
      this.#bytes.set(payload, this.#length + payloadAt);
    }
    this.#length += room;
  }

  /** Take the oldest message, as its parts. There must be one. */
  take(): Uint8Array[] {
    return this.#full.shift() ?? this.#finish();
  }

  #finish(): Uint8Array[] {
    this.#view.setUint32(0, this.#source, true);
    this.#view.setUint32(4, this.#number, true);
    const message = [this.#takeBytes(), ...this.#parts];
    this.#number = (this.#number + 1) >>> 0;
    this.#length = PROLOGUE_BYTES;
    this.#parts = [];
    this.#partBytes = 0;
    return message;
  }

  #takeBytes(): Uint8Array {
    const { length } = this.#bytes;
    if (length === KEPT_BYTES) return this.#bytes.slice(0, this.#length);
    const taken = this.#bytes.subarray(0, this.#length);
    this.#replace(new Uint8Array(KEPT_BYTES));
    return taken;
  }

  #makeRoom(bytes: number, payloadBytes: number): void {
    const total = this.#length + this.#partBytes + bytes + payloadBytes;
    if (total > FULL_BYTES && this.#length > PROLOGUE_BYTES) this.#full.push(this.#finish());
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

/** Unpacks what the peers packed, and finds out when something is missing. */
export class BatchReader {
  readonly #onFrame: OnFrame;
  /** The number of the next message of each rank; wraps around as they do. */
  readonly #expected: Uint32Array;

  /** @param size  number of ranks in the world */
  constructor(size: number, onFrame: OnFrame) {
    this.#expected = new Uint32Array(size);
    this.#onFrame = onFrame;
  }

  /**
   * Hand on the frames of one message, in order. Payloads are lent, but those of their own part given.
   *
   * @throws Error if it is not what a `BatchWriter` made, or messages before it were lost
   */
  read(parts: readonly Uint8Array[]): void {
    const [batch, ...ownParts] = parts.map(plain);
    check(batch !== undefined && batch.length >= PROLOGUE_BYTES, 'it has no beginning');
    const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
    const source = view.getUint32(0, true);
    this.#checkNumber(source, view.getUint32(4, true));

    let at = PROLOGUE_BYTES;
    let nextPart = 0;
    while (at < batch.length) {
      check(at + RECORD_BYTES <= batch.length, 'it ends within a record');
      const headerWords = view.getUint32(at, true);
      const payloadLength = view.getUint32(at + 4, true);
      const headerAt = at + RECORD_BYTES;
      const payloadAt = headerAt + 4 * headerWords;
      at = payloadLength === OWN_PART ? payloadAt : payloadAt + payloadLength;
      check(headerWords <= MAX_HEADER_WORDS && at <= batch.length, 'it ends within a frame');
      const header = new Int32Array(headerWords);
      for (let n = 0; n < headerWords; n += 1) header[n] = view.getInt32(headerAt + 4 * n, true);
      let payload: Uint8Array | undefined;
      if (payloadLength === OWN_PART) {
        payload = ownParts[nextPart];
        nextPart += 1;
        check(payload !== undefined, 'it lacks a payload');
      } else {
        payload = batch.subarray(payloadAt, at);
      }
      this.#onFrame(source, header, payload);
    }
    check(nextPart === ownParts.length, 'it has a payload too many');
  }

  /** ZeroMQ connects anew by itself, but drops what was under way on a connection that broke. */
  #checkNumber(source: number, number: number): void {
    const expected = this.#expected[source];
    check(expected !== undefined, `it names rank ${source} as its sender`);
    if (number !== expected) {
      throw new Error(
        `messages from rank ${source} were lost when its connection broke (number ${number} came instead of ${expected})`,
      );
    }
    this.#expected[source] = number + 1;
  }
}

/** Leave Buffer behind, whose `slice` would not copy. */
function plain(part: Uint8Array): Uint8Array {
  return new Uint8Array(part.buffer, part.byteOffset, part.length);
}

function check(condition: boolean, fault: string): asserts condition {
  if (!condition) throw new Error(`a message of another rank is malformed: ${fault}`);
}
