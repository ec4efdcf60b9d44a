import { MpiError } from '../../base/error.ts';
import {
  BIGINT,
  BIGINT64,
  BLOCK_ALIGNMENT,
  FLOAT64,
  FLOAT64_ARRAY,
  INT8,
  INT16,
  INT32,
  INT32_ARRAY,
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
/** Room for a block is taken in steps of so many numbers, for a sparse array may claim any length. */
const BLOCK_STEP = 1 << 21;

// Variables of the module, because what follows runs once for every value and reaches these faster
// than fields.
let bytes: Uint8Array;
let view: DataView;
let integers: Int32Array;
let doubles: Float64Array;
let buffer: Uint8Array;
/** Views of the scratch by length; at 0, that of the last message that was longer than all others. */
let lent: (Uint8Array | undefined)[];
let position = 0;
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

/**
 * Write a few elements, which are no one else's, as a block if they are numbers alone.
 *
 * @returns whether they are; if not, nothing is written
 */
export function writeShortBlock(values: readonly unknown[]): boolean {
  const { length } = values;
  reserve(2 * ROOM + 8 * length);
  const head = position;
  const start = openBlock(INT32_ARRAY, length);
  let i = 0;
  for (let at = start / 4; i < length; i += 1) {
    const value = values[i];
    if (typeof value !== 'number') break;
    const whole = value | 0;
    if (whole !== value || (whole === 0 && 1 / value < 0)) break;
    integers[at + i] = whole;
  }
  if (i === length) {
    position = start + 4 * length;
    return true;
  }
  bytes[head] = FLOAT64_ARRAY;
  i = 0;
  for (let at = start / 8; i < length; i += 1) {
    const value = values[i];
    if (typeof value !== 'number') break;
    doubles[at + i] = value;
  }
  position = i === length ? start + 8 * length : head;
  return i === length;
}

/**
 * Write a long array as a block of numbers, as integers while they last.
 *
 * @returns undefined if that is done; else nothing is written, and these elements have been read
 */
export function writeBlock(array: readonly unknown[]): readonly unknown[] | undefined {
  const { length } = array;
  const head = position;
  const start = openBlock(INT32_ARRAY, length);

  let value = array[0];
  let i = 0;
  for (;;) {
    const room = makeRoom(start + 4 * i, i, length, 4);
    i = putIntegers(array, value, i, room, start / 4);
    if (i < room) break;
    if (i === length) {
      position = start + 4 * i;
      return undefined;
    }
    value = array[i];
  }

  bytes[head] = FLOAT64_ARRAY;
  widen(start, i);
  value = stopper;
  for (;;) {
    const room = makeRoom(start + 8 * i, i, length, 8);
    i = putDoubles(array, value, i, room, start / 8);
    if (i < room) break;
    if (i === length) {
      position = start + 8 * i;
      return undefined;
    }
    value = array[i];
  }

  position = head;
  const read: unknown[] = Array.from(doubles.subarray(start / 8, start / 8 + i));
  read.push(stopper);
  stopper = undefined;
  return read;
}

/** Write the head of a block; returns where its numbers start. */
function openBlock(tag: number, length: number): number {
  bytes[position++] = tag;
  writeLength(length);
  while (position % BLOCK_ALIGNMENT !== 0) bytes[position++] = 0;
  return position;
}

/** The element that ended a run of numbers: it must not be read a second time. */
let stopper: unknown;

// The runs are functions of their own, for these loops are optimised while they run, and what came
// after one in the same function would throw that away.

/** Write elements `i` to `room`, of which `value` is the first, or as many as are integers. */
function putIntegers(
  array: readonly unknown[],
  value: unknown,
  i: number,
  room: number,
  at: number,
): number {
  const out = integers;
  while (typeof value === 'number') {
    const whole = value | 0;
    if (whole !== value || (whole === 0 && 1 / value < 0)) break;
    out[at + i] = whole;
    i += 1;
    if (i === room) return i;
    value = array[i];
  }
  stopper = value;
  return i;
}

/** Write elements `i` to `room`, of which `value` is the first, or as many as are numbers. */
function putDoubles(
  array: readonly unknown[],
  value: unknown,
  i: number,
  room: number,
  at: number,
): number {
  const out = doubles;
  while (typeof value === 'number') {
    out[at + i] = value;
    i += 1;
    if (i === room) return i;
    value = array[i];
  }
  stopper = value;
  return i;
}

/** Reserve, at `at`, for the next step of a block from element `i`; returns where that step ends. */
function makeRoom(at: number, i: number, length: number, size: number): number {
  const room = Math.min(length, i + BLOCK_STEP);
  position = at;
  reserve(ROOM + size * (room - i));
  return room;
}

/** Turn `count` integers, from `start`, into doubles where they stand. */
function widen(start: number, count: number): void {
  position = start + 4 * count;
  reserve(ROOM + 4 * count);
  for (let i = count - 1; i >= 0; i -= 1) doubles[start / 8 + i] = integers[start / 4 + i]!;
}
