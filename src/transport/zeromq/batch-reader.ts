import { type Landing, MAX_HEADER_WORDS, type TransportEvents } from '../transport.ts';
import {
  IN_PIECES,
  LENGTH_BYTES,
  OWN_PART,
  PIECE_BYTES,
  PROLOGUE_BYTES,
  RECORD_BYTES,
  TAKEN,
  TOLD_BYTES,
} from './batch.ts';
import { giveBack } from './give-back.ts';

/** What a reader tells of what it reads. */
export interface BatchEvents extends Pick<TransportEvents, 'onFrame' | 'land'> {
  /** Tell a rank that so many pieces of its were taken. */
  readonly tell: (source: number, pieces: number) => void;
  /** Take in that a rank has taken so many pieces of ours. */
  readonly taken: (source: number, pieces: number) => void;
}

/** A frame whose payload comes in pieces. */
interface LongFrame {
  readonly header: Int32Array;
  readonly landing: Landing;
  readonly bytes: number;
  got: number;
}

const NOTHING = new Uint8Array(0);

/** No job has as many ranks: who names a higher one sends what is none of ours. */
const MOST_RANKS = 2 ** 25;

/** Unpacks what the peers packed, and finds out when something is missing. */
export class BatchReader {
  readonly #events: BatchEvents;
  /** The number of the next message of each rank; wraps around as they do. */
  #expected: Uint32Array;
  /** Messages of ranks of which this one has not heard yet. */
  #early: (readonly Uint8Array[])[] = [];
  /** By rank: what is coming in pieces. */
  readonly #long: (LongFrame | undefined)[] = [];
  /** By rank: pieces of which it was not told yet. */
  readonly #untold = new Map<number, { pieces: number; bytes: number }>();
  /** By length: where headers are lent from. */
  readonly #headers: readonly Int32Array[];

  /** @param size  number of ranks */
  constructor(size: number, events: BatchEvents) {
    this.#expected = new Uint32Array(size);
    this.#events = events;
    const room = new Int32Array(MAX_HEADER_WORDS);
    this.#headers = Array.from({ length: MAX_HEADER_WORDS + 1 }, (_, n) => room.subarray(0, n));
  }

  /**
   * Expect messages of so many ranks, and hand on what those have sent already that are new.
   *
   * @throws Error as `read`
   */
  grow(size: number): void {
    const expected = new Uint32Array(size);
    expected.set(this.#expected);
    this.#expected = expected;
    const early = this.#early;
    this.#early = [];
    for (const parts of early) this.read(parts);
  }

  /**
   * Hand on the frames of one message, in order. Payloads are lent, but those of their own part given.
   *
   * @throws Error if it is not what a `BatchWriter` made, or messages before it were lost
   */
  read(parts: readonly Uint8Array[]): void {
    const batch = parts[0];
    check(batch !== undefined && batch.length >= PROLOGUE_BYTES, 'it has no beginning');
    const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
    const source = view.getUint32(0, true);
    const expected = this.#expected[source];
    if (expected === undefined) {
      check(source < MOST_RANKS, `it names rank ${source} as its sender`);
      this.#early.push(parts);
      return;
    }
    this.#checkNumber(source, view.getUint32(4, true), expected);
    const long = this.#long[source];
    const end = batch.length;
    if (long !== undefined && parts.length > 1) {
      check(end === PROLOGUE_BYTES && parts.length === 2, 'it came amid a payload');
      this.#takePiece(source, long, parts[1] as Uint8Array);
      return;
    }

    if (end === PROLOGUE_BYTES && parts.length === 1) {
      // The answer shows whether what this side told before was lost.
      this.#events.tell(source, 0);
      return;
    }

    let at = PROLOGUE_BYTES;
    let nextPart = 1;
    while (at < end) {
      check(at + RECORD_BYTES <= end, 'it ends within a record');
      const words = view.getUint32(at, true);
      const length = view.getUint32(at + 4, true);
      at += RECORD_BYTES;
      if (words === TAKEN) {
        this.#events.taken(source, length);
        continue;
      }
      check(long === undefined, 'it came amid a payload');
      const payloadAt = at + 4 * words;
      check(words <= MAX_HEADER_WORDS && payloadAt <= end, 'it ends within a frame');
      const header = this.#headers[words] as Int32Array;
      for (let n = 0; n < words; n += 1) header[n] = view.getInt32(at + 4 * n, true);
      if (length < IN_PIECES) {
        at = payloadAt + length;
        check(at <= end, 'it ends within a frame');
        this.#events.onFrame(source, header, plain(batch, payloadAt, length));
        continue;
      }
      const part = parts[nextPart];
      nextPart += 1;
      check(part !== undefined, 'it lacks a payload');
      at = payloadAt;
      if (length === OWN_PART) {
        this.#events.onFrame(source, header, plain(part, 0, part.length));
      } else {
        at += LENGTH_BYTES;
        check(at === end && nextPart === parts.length, 'it has more than a piece');
        this.#begin(source, header, view.getFloat64(payloadAt, true), part);
      }
    }
    check(nextPart === parts.length, 'it has a payload too many');
  }

  /** Take in the first piece of a payload. */
  #begin(source: number, header: Int32Array, bytes: number, part: Uint8Array): void {
    check(Number.isSafeInteger(bytes) && part.length <= bytes, 'it tells a wrong length');
    const kept = new Int32Array(header);
    let landing = this.#events.land?.(source, kept, bytes);
    if (landing === undefined && part.length === bytes) {
      this.#tell(source, bytes);
      this.#events.onFrame(source, kept, plain(part, 0, bytes));
      return;
    }
    landing ??= newLanding(bytes);
    const long = { header: kept, landing, bytes, got: 0 };
    this.#long[source] = long;
    this.#takePiece(source, long, part);
  }

  #takePiece(source: number, long: LongFrame, part: Uint8Array): void {
    const { header, landing, bytes, got } = long;
    check(part.length === Math.min(PIECE_BYTES, bytes - got), 'it holds no whole piece');
    landing.room()?.set(part, got);
    long.got += part.length;
    const last = long.got === bytes;
    if (last) this.#long[source] = undefined;
    this.#tell(source, part.length);
    giveBack(part);
    if (last) this.#events.onFrame(source, header, landing.room() ?? NOTHING);
  }

  /** Tell all ranks which of their pieces were taken; soon after each message, as they may wait for nothing else. */
  tellAll(): void {
    for (const [source, { pieces }] of this.#untold) this.#events.tell(source, pieces);
    this.#untold.clear();
  }

  /** Whether there is anything to tell. */
  get tells(): boolean {
    return this.#untold.size > 0;
  }

  /** Count a piece, and tell of all so far if it is much. */
  #tell(source: number, bytes: number): void {
    const untold = this.#untold.get(source) ?? { pieces: 0, bytes: 0 };
    untold.pieces += 1;
    untold.bytes += bytes;
    if (untold.bytes >= TOLD_BYTES) {
      this.#untold.delete(source);
      this.#events.tell(source, untold.pieces);
    } else {
      this.#untold.set(source, untold);
    }
  }

  /** ZeroMQ connects anew by itself, but drops what was under way on a connection that broke. */
  #checkNumber(source: number, number: number, expected: number): void {
    if (number !== expected) {
      throw new Error(
        `messages from rank ${source} were lost when its connection broke (number ${number} came instead of ${expected})`,
      );
    }
    this.#expected[source] = number + 1;
  }
}

function newLanding(bytes: number): Landing {
  const memory = new Uint8Array(bytes);
  return { room: () => memory };
}

/** Leave Buffer behind, whose `slice` would not copy. */
function plain({ buffer, byteOffset }: Uint8Array, at: number, length: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + at, length);
}

function check(condition: boolean, fault: string): asserts condition {
  if (!condition) throw new Error(`a message of another rank is malformed: ${fault}`);
}
