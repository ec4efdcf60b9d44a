import { MpiError } from '../../base/error.ts';
import {
  BIGINT,
  BIGINT64,
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
/** A larger scratch is given up after the message that needed it. */
const SCRATCH_KEPT_BYTES = 1 << 20;
/** Room for a block is taken in steps of so many numbers, for a sparse array may claim any length. */
const BLOCK_STEP = 1 << 21;

// Variables of the module, because what follows runs once for every value and reaches these faster
// than fields.
let bytes: Uint8Array;
let view: DataView;
let buffer: Buffer | undefined;
let position = 0;
useScratch(SCRATCH_BYTES);

/** Start a message: one byte is left free, for `finishOutput`. */
export function startOutput(): void {
  position = 1;
}

/** View the message, whose first byte this is. Lent until the next message starts. */
export function finishOutput(first: number): Uint8Array {
  bytes[0] = first;
  return new Uint8Array(bytes.buffer, 0, position);
}

/** Give up a scratch that has grown large. */
export function stopOutput(): void {
  if (bytes.length > SCRATCH_KEPT_BYTES) useScratch(SCRATCH_BYTES);
}

/** Go on with a new scratch; returns what goes back to the old one and to the message there. */
export function divertOutput(): () => void {
  const outer = { bytes, view, buffer, position };
  useScratch(SCRATCH_BYTES);
  return () => {
    ({ bytes, view, buffer, position } = outer);
  };
}

function useScratch(size: number): void {
  bytes = new Uint8Array(size);
  view = new DataView(bytes.buffer);
  buffer = asBuffer(bytes);
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
  if ((value | 0) !== value || (value === 0 && 1 / value < 0)) {
    writeFloat64(FLOAT64, value);
  } else if (value >= 0 && value < SMALL_INT_END) {
    bytes[position++] = value;
  } else if (value >= -0x80 && value < 0x80) {
    bytes[position++] = INT8;
    bytes[position++] = value;
  } else if (value >= -0x8000 && value < 0x8000) {
    bytes[position++] = INT16;
    bytes[position++] = value;
    bytes[position++] = value >> 8;
  } else {
    bytes[position++] = INT32;
    view.setInt32(position, value, true);
    position += 4;
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
    putLatin1(bytes, buffer, position, text);
    position += length;
  } else {
    reserve(ROOM + 2 * length);
    bytes[position++] = UTF16;
    writeLength(length);
    putUtf16(bytes, buffer, position, text);
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
 * Write an array as a block of numbers, as integers while they last.
 *
 * @returns undefined if that is done; else nothing is written, and these elements have been read
 */
export function writeBlock(array: readonly unknown[]): readonly unknown[] | undefined {
  const { length } = array;
  const head = position;
  bytes[position++] = INT32_ARRAY;
  writeLength(length);
  const start = position;

  let value = array[0];
  let i = 0;
  let room = 0;
  let at = start;
  let out = view;
  while (typeof value === 'number' && (value | 0) === value && (value !== 0 || 1 / value > 0)) {
    if (i === room) {
      room = makeRoom(at, i, length, 4);
      out = view;
    }
    out.setInt32(at, value, true);
    at += 4;
    i += 1;
    if (i === length) {
      position = at;
      return undefined;
    }
    value = array[i];
  }

  bytes[head] = FLOAT64_ARRAY;
  at = widen(start, i);
  room = i;
  while (typeof value === 'number') {
    if (i === room) {
      room = makeRoom(at, i, length, 8);
      out = view;
    }
    out.setFloat64(at, value, true);
    at += 8;
    i += 1;
    if (i === length) {
      position = at;
      return undefined;
    }
    value = array[i];
  }

  position = head;
  const read: unknown[] = [];
  for (let from = start; from < at; from += 8) read.push(view.getFloat64(from, true));
  read.push(value);
  return read;
}

/** Reserve, at `at`, for the next step of a block from element `i`; returns where that step ends. */
function makeRoom(at: number, i: number, length: number, size: number): number {
  const room = Math.min(length, i + BLOCK_STEP);
  position = at;
  reserve(ROOM + size * (room - i));
  return room;
}

/** Turn `count` integers, from `start`, into doubles where they stand; returns where these end. */
function widen(start: number, count: number): number {
  position = start + 4 * count;
  reserve(ROOM + 4 * count);
  for (let i = count - 1; i >= 0; i -= 1) {
    view.setFloat64(start + 8 * i, view.getInt32(start + 4 * i, true), true);
  }
  return start + 8 * count;
}
