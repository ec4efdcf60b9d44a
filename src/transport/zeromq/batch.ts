/**
 * How frames are packed into one ZeroMQ message.
 *
 * The first part holds the world rank of the sender, then one record per frame: header length, payload
 * length, header, payload. A long payload is not copied in between: it is a part of its own, and its
 * record says so. So many small frames cost one message, and a long one costs no extra copy.
 */

const RANK_BYTES = 4;
const RECORD_BYTES = 8;
/** In place of the payload length: the payload is the next part of its own. */
const OWN_PART = 0xffffffff;

/** Payloads from this size on travel as a part of their own. */
export const OWN_PART_BYTES: number = 16 * 1024;

/** Collects frames until they are sent. */
export class BatchWriter {
  readonly #source: number;
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = RANK_BYTES;
  #parts: Uint8Array[] = [];

  constructor(source: number) {
    this.#source = source;
  }

  get empty(): boolean {
    return this.#length === RANK_BYTES;
  }

  /** Bytes collected in the first part. */
  get length(): number {
    return this.#length;
  }

  /** Add a frame; header and payload are copied. */
  add(header: Uint8Array, payload: Uint8Array): void {
    const ownPart = payload.length >= OWN_PART_BYTES;
    const inline = ownPart ? 0 : payload.length;
    this.#makeRoom(RECORD_BYTES + header.length + inline);
    this.#view.setUint32(this.#length, header.length, true);
    this.#view.setUint32(this.#length + 4, ownPart ? OWN_PART : inline, true);
    this.#length += RECORD_BYTES;
    this.#bytes.set(header, this.#length);
    this.#length += header.length;
    if (ownPart) {
      // The copy is needed: ZeroMQ reads the memory on its own thread, for an unknown time.
      this.#parts.push(payload.slice());
    } else {
      this.#bytes.set(payload, this.#length);
      this.#length += inline;
    }
  }

  /** Take what was collected as the parts of one message, and start anew. */
  take(): Uint8Array[] {
    this.#view.setUint32(0, this.#source, true);
    const message = [this.#bytes.slice(0, this.#length), ...this.#parts];
    this.#length = RANK_BYTES;
    this.#parts = [];
    return message;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Unpack one message into its frames, in order. Payloads are lent, but those of their own part are given. */
export function readBatch(
  parts: readonly Uint8Array[],
  onFrame: (source: number, header: Uint8Array, payload: Uint8Array) => void,
): void {
  const [batch, ...ownParts] = parts;
  if (batch === undefined) return;
  const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
  const source = view.getUint32(0, true);
  let at = RANK_BYTES;
  let nextPart = 0;
  while (at < batch.length) {
    const headerLength = view.getUint32(at, true);
    const payloadLength = view.getUint32(at + 4, true);
    at += RECORD_BYTES;
    const header = batch.subarray(at, at + headerLength);
    at += headerLength;
    if (payloadLength === OWN_PART) {
      const payload = ownParts[nextPart];
      if (payload === undefined) throw new Error('a ZeroMQ message lacks one of its parts');
      nextPart += 1;
      onFrame(source, header, payload);
    } else {
      onFrame(source, header, batch.subarray(at, at + payloadLength));
      at += payloadLength;
    }
  }
}
