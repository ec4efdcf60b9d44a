import { MpiError } from '../../base/error.ts';
import {
  BIGINT,
  BIGINT64,
  FLOAT64,
  INT8,
  INT16,
  INT16_LIST,
  INT32,
  LATIN1,
  SHORT_STRING,
  SHORT_STRING_MAX,
  SMALL_INT_END,
  UTF16,
} from './tag.ts';
import { asBuffer, isLatin1, putLatin1, putUtf16 } from './text.ts';

/**
 * Room that a writer below may use without asking: a tag and a number of eight bytes, or a length.
 * Whoever calls one has reserved it.
 */
export const ROOM = 16;
const SCRATCH_BYTES = 8192;
/** A scratch up to this size is kept for good. */
const SCRATCH_SMALL_BYTES = 1 << 20;
/** A larger one is kept a while, as fresh memory costs more than writing to it; none beyond this. */
const SCRATCH_LARGE_BYTES = 1 << 24;
/** A scratch that is not small is given up after so many messages in a row that were. */
const IDLE_MESSAGES = 64;
/** Messages shorter than this are viewed by views made once for each length. */
const LENT_VIEWS = 512;

// Variables of the module, because what follows runs once for every value and reaches these faster
// than fields. What writes blocks sees some of them.
let bytes: Uint8Array;
let view: DataView;
/** All of the scratch as integers; another after each `reserve`. */
export let integers: Int32Array;
/** All of the scratch as doubles; another after each `reserve`. */
export let doubles: Float64Array;
let buffer: Uint8Array;
/** Views of the scratch by length; at 0, that of the last message that was longer than all others. */
let lent: (Uint8Array | undefined)[];
/** Where in the scratch the next byte is written. */
export let position = 0;
let idle = 0;
useScratch(SCRATCH_BYTES);

/** Start a message: one byte is left free, for `finishOutput`. */
export function startOutput(): void {
  position = 1;
}

/** View the message, whose first byte this is. Lent until the next message starts. */
export function finishOutput(first: number): Uint8Array {
  bytes[0] = first;
  const slot = position < LENT_VIEWS ? position : 0;
  let message = lent[slot];
  if (message?.length !== position) {
    message = new Uint8Array(bytes.buffer, 0, position);
    lent[slot] = message;
  }
  return message;
}

/** Give up a scratch that has grown large, at once or when it has not been needed for a while. */
export function stopOutput(): void {
  if (bytes.length <= SCRATCH_SMALL_BYTES) return;
  idle = position > SCRATCH_SMALL_BYTES ? 0 : idle + 1;
  if (idle === IDLE_MESSAGES || bytes.length > SCRATCH_LARGE_BYTES) useScratch(SCRATCH_BYTES);
}

/** Go on with a new scratch; returns what goes back to the old one and to the message there. */
export function divertOutput(): () => void {
  const outer = { bytes, view, integers, doubles, buffer, lent, position };
  useScratch(SCRATCH_BYTES);
  return () => {
    ({ bytes, view, integers, doubles, buffer, lent, position } = outer);
  };
}

function useScratch(size: number): void {
  bytes = new Uint8Array(8 * Math.ceil(size / 8));
  view = new DataView(bytes.buffer);
  integers = new Int32Array(bytes.buffer);
  doubles = new Float64Array(bytes.buffer);
  buffer = asBuffer(bytes.buffer);
  lent = new Array(LENT_VIEWS).fill(undefined);
  idle = 0;
}

/** Make sure that `needed` more bytes fit. */
export function reserve(needed: number): void {
  if (position + needed > bytes.length) grow(position + needed);
}

function grow(needed: number): void {
  const { length } = bytes;
  const filled = bytes.subarray(0, position);
  try {
    useScratch(Math.max(needed + ROOM, 2 * length));
  } catch (cause) {
    throw new MpiError(
      'ERR_COUNT',
      `the value takes more than ${length} bytes and this process cannot hold ${needed}; send it in parts`,
      { cause },
    );
  }
  bytes.set(filled);
}

/** Go on writing elsewhere in the room reserved so far. */
export function moveTo(at: number): void {
  position = at;
}

/** Write one byte. */
export function putByte(byte: number): void {
  bytes[position++] = byte;
}

/** Write bytes as they are. */
export function putBytes(content: Uint8Array): void {
  reserve(ROOM + content.length);
  // A loop is faster than the call for a few.
  if (content.length > 64) bytes.set(content, position);
  else for (let i = 0; i < content.length; i += 1) bytes[position + i] = content[i]!;
  position += content.length;
}

/** Write a number in the fewest bytes. */
export function writeNumber(value: number): void {
  reserve(ROOM);
  const whole = value | 0;
  if (whole !== value || (whole === 0 && 1 / value < 0)) {
    writeFloat64(FLOAT64, value);
    return;
  }
  const target = bytes;
  const at = position;
  if (whole >= 0 && whole < SMALL_INT_END) {
    target[at] = whole;
    position = at + 1;
  } else if (whole >= -0x80 && whole < 0x80) {
    target[at] = INT8;
    target[at + 1] = whole;
    position = at + 2;
  } else if (whole >= -0x8000 && whole < 0x8000) {
    target[at] = INT16;
    target[at + 1] = whole;
    target[at + 2] = whole >> 8;
    position = at + 3;
  } else {
    target[at] = INT32;
    view.setInt32(at + 1, whole, true);
    position = at + 5;
  }
}

/**
 * Write an array of few elements, which are no one else's, if they are integers of 16 bits alone.
 *
 * @returns whether they are; if not, nothing is written
 */
export function writeInt16List(values: readonly unknown[]): boolean {
  const { length } = values;
  const last = values[length - 1];
  // Lists of something else as a rule end with something else.
  if (typeof last !== 'number' || (last << 16) >> 16 !== last) return false;
  reserve(ROOM + 2 * length);
  const target = bytes;
  let at = position;
  target[at++] = INT16_LIST + length;
  for (let i = 0; i < length; i += 1) {
    const value = values[i];
    if (typeof value !== 'number') return false;
    const whole = (value << 16) >> 16;
    if (whole !== value || (whole === 0 && 1 / value < 0)) return false;
    target[at++] = whole;
    target[at++] = whole >> 8;
  }
  position = at;
  return true;
}

/** Write a tag and the number as a double. */
export function writeFloat64(tag: number, value: number): void {
  bytes[position++] = tag;
  view.setFloat64(position, value, true);
  position += 8;
}

/** Write a length, count or number: seven bits a byte, low bits first. */
export function writeLength(length: number): void {
  while (length >= 0x80) {
    bytes[position++] = (length % 0x80) | 0x80;
    length = Math.floor(length / 0x80);
  }
  bytes[position++] = length;
}

/** Write a string of any length. */
export function writeString(text: string): void {
  const { length } = text;
  if (length > SHORT_STRING_MAX) {
    writeLongString(text);
    return;
  }
  reserve(ROOM + length);
  const target = bytes;
  let at = position;
  target[at++] = SHORT_STRING + length;
  let all = 0;
  for (let i = 0; i < length; i += 1) {
    const unit = text.charCodeAt(i);
    all |= unit;
    target[at++] = unit;
  }
  if (all > 0xff) writeLongString(text);
  else position = at;
}

function writeLongString(text: string): void {
  const { length } = text;
  if (isLatin1(text)) {
    reserve(ROOM + length);
    bytes[position++] = LATIN1;
    writeLength(length);
    putLatin1(buffer, position, text);
    position += length;
  } else {
    reserve(ROOM + 2 * length);
    bytes[position++] = UTF16;
    writeLength(length);
    putUtf16(buffer, position, text);
    position += 2 * length;
  }
}

/** Write a bigint of any size. */
export function writeBigint(value: bigint): void {
  if (BigInt.asIntN(64, value) === value) {
    bytes[position++] = BIGINT64;
    view.setBigInt64(position, value, true);
    position += 8;
    return;
  }
  const digits = (value < 0n ? -value : value).toString(16);
  const words = Math.ceil(digits.length / 8);
  const padded = digits.padStart(8 * words, '0');
  reserve(ROOM + 4 * words);
  bytes[position++] = BIGINT;
  bytes[position++] = value < 0n ? 1 : 0;
  writeLength(words);
  for (let i = 0; i < words; i += 1) {
    view.setUint32(position, Number.parseInt(padded.slice(8 * i, 8 * i + 8), 16), true);
    position += 4;
  }
}

/** Encode strings for later use; the message under way is as before. */
export function encodeStrings(strings: readonly string[]): Uint8Array {
  const start = position;
  for (const text of strings) writeString(text);
  const encoded = new Uint8Array(bytes.subarray(start, position));
  position = start;
  return encoded;
}
