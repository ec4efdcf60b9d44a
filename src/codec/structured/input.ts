import { MpiError } from '../../base/error.ts';
import { int16, listOfInt16 } from './short-list.ts';
import { SHORT_TEXT } from './short-text.ts';
import { BLOCK_ALIGNMENT, LATIN1, RECORD, SHORT_STRING, UTF16 } from './tag.ts';
import { asBuffer, getLatin1, getUtf16 } from './text.ts';

// Variables of the module, because what follows runs once for every value and reaches these faster
// than fields.
const NOTHING: Uint8Array = new Uint8Array(0);
let bytes = NOTHING;
/** The memory that was viewed last. Looked up when needed, for that takes longer than many a message. */
let memory: ArrayBufferLike | undefined;
/** Whether the bytes lie there, and if so from where on. */
let located = false;
let base = 0;
/** Views of that memory, all of it. */
let view: DataView | undefined;
let doubles: Float64Array | undefined;
let text: Uint8Array | undefined;
let start = 0;
let position = 0;
let end = 0;

/** Start to read bytes `from` to `to`; returns the first, or undefined if there are none. */
export function startInput(encoding: Uint8Array, from: number, to: number): number | undefined {
  if (encoding !== bytes) {
    bytes = encoding;
    located = false;
  }
  start = from;
  position = from + 1;
  end = to;
  return from < to ? encoding[from] : undefined;
}

/**
 * Let go of the bytes, unless they were part of a larger memory: that outlives the message, and the
 * next is likely to lie there too, so the views of it are kept.
 */
export function stopInput(): void {
  if (end - start < bytes.length) return;
  bytes = NOTHING;
  if (located) turnTo(undefined);
}

/** Find out where the bytes lie. */
function locate(): void {
  const { buffer } = bytes;
  if (buffer !== memory) turnTo(buffer);
  base = bytes.byteOffset;
  located = true;
}

/** Give up the views of another memory. */
function turnTo(other: ArrayBufferLike | undefined): void {
  memory = other;
  located = false;
  view = undefined;
  doubles = undefined;
  text = undefined;
}

/** Tell how many bytes are left. */
export function left(): number {
  return end - position;
}

/** Make the error for bytes that are no encoding; the byte at fault is the one just read. */
export function corrupt(complaint: string, cause?: unknown): MpiError {
  return new MpiError(
    'ERR_TYPE',
    `cannot decode ${end - start} bytes as a structured value: ${complaint} at byte ${position - 1 - start}; were they sent as one, by the same version of tsmpi?`,
    { cause },
  );
}

/** Make sure that `needed` more bytes are there. */
export function expect(needed: number): void {
  if (needed > end - position) throw corrupt('cut short');
}

/** Read one byte. */
export function readByte(): number {
  expect(1);
  return bytes[position++]!;
}

/** Step over one byte if it is this one. */
export function skip(byte: number): boolean {
  if (position >= end || bytes[position] !== byte) return false;
  position += 1;
  return true;
}

/** Show the next bytes, which `expect` has found there, and stay before them. */
export function lookAhead<T>(
  length: number,
  look: (bytes: Uint8Array, from: number, to: number) => T,
): T {
  return look(bytes, position, position + length);
}

/** Step over the next bytes, which `expect` has found there. */
export function skipBytes(length: number): void {
  position += length;
}

/** Read bytes into a buffer of their own. */
export function readBytes(length: number): Uint8Array<ArrayBuffer> {
  expect(length);
  // `slice` would copy too, unless the bytes are a Buffer.
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(position, position + length));
  position += length;
  return copy;
}

function dataView(): DataView {
  if (!located) locate();
  view ??= new DataView(memory!);
  return view;
}

/** Read one byte, signed. */
export function readInt8(): number {
  return (readByte() << 24) >> 24;
}

/** Read two bytes, signed. */
export function readInt16(): number {
  expect(2);
  const at = position;
  position = at + 2;
  return int16(bytes, at);
}

/** Read a list of so many integers of two bytes each. */
export function readInt16List(length: number): number[] {
  expect(2 * length);
  const at = position;
  position = at + 2 * length;
  return listOfInt16(bytes, at, length);
}

/** Read four bytes, signed. */
export function readInt32(): number {
  expect(4);
  const at = position;
  position += 4;
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

const wordBytes = new Uint8Array(8);
const word = new DataView(wordBytes.buffer);

/** Read a double. */
export function readFloat64(): number {
  expect(8);
  const at = position;
  position += 8;
  // A view is worth making only where it lasts.
  if (view !== undefined || end - start < bytes.length) {
    return dataView().getFloat64(base + at, true);
  }
  for (let i = 0; i < 8; i += 1) wordBytes[i] = bytes[at + i]!;
  return word.getFloat64(0, true);
}

/** Read a length, count or number. */
export function readLength(): number {
  let length = readByte();
  if (length < 0x80) return length;
  length -= 0x80;
  for (let factor = 0x80; factor <= Number.MAX_SAFE_INTEGER; factor *= 0x80) {
    const byte = readByte();
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return length;
  }
  throw corrupt('a length without end');
}

/** Read a string of so many Latin-1 characters, few enough for one tag. */
export function readShortString(length: number): string {
  expect(length);
  const from = position;
  position += length;
  if (length < SHORT_TEXT.length) return SHORT_TEXT[length]!(bytes, from);
  return getLatin1(textView(), base + from, base + position);
}

/** Read what follows LATIN1. */
export function readLatin1(): string {
  const length = readLength();
  expect(length);
  const from = position;
  position += length;
  return getLatin1(textView(), base + from, base + position);
}

/** Read what follows UTF16. */
export function readUtf16(): string {
  const length = 2 * readLength();
  expect(length);
  const from = position;
  position += length;
  return getUtf16(textView(), base + from, base + position);
}

function textView(): Uint8Array {
  if (!located) locate();
  text ??= asBuffer(memory!);
  return text;
}

/** Read a tag and the string it stands for. */
export function readString(): string {
  const tag = readByte();
  if (tag >= SHORT_STRING && tag < RECORD) return readShortString(tag - SHORT_STRING);
  if (tag === LATIN1) return readLatin1();
  if (tag === UTF16) return readUtf16();
  throw corrupt('no string');
}

/** Read what follows BIGINT64. */
export function readBigint64(): bigint {
  expect(8);
  const value = dataView().getBigInt64(base + position, true);
  position += 8;
  return value;
}

/** Read what follows BIGINT. */
export function readBigint(): bigint {
  const negative = readByte() === 1;
  const words = readLength();
  expect(4 * words);
  let digits = '0x0';
  for (let i = 0; i < words; i += 1) {
    digits += (readInt32() >>> 0).toString(16).padStart(8, '0');
  }
  const magnitude = BigInt(digits);
  return negative ? -magnitude : magnitude;
}

/** Step over what aligns a block of numbers, and make sure that this many bytes are there. */
export function expectBlock(length: number): void {
  const beyond = (position - start) % BLOCK_ALIGNMENT;
  if (beyond !== 0) position += BLOCK_ALIGNMENT - beyond;
  expect(length);
}

/** Read so many doubles into an array; `expectBlock` has found them there. */
export function readDoubles(array: unknown[], length: number): void {
  if (!located) locate();
  const at = base + position;
  position += 8 * length;
  if (at % 8 !== 0) fillWithDoubles(array, length, dataView(), at);
  else fill(array, length, doublesView(), at / 8);
}

/** Read so many integers into an array; `expectBlock` has found them there. */
export function readIntegers(array: unknown[], length: number): void {
  if (!located) locate();
  const at = base + position;
  position += 4 * length;
  fillWithIntegers(array, length, dataView(), at);
}

function doublesView(): Float64Array {
  doubles ??= new Float64Array(memory!, 0, Math.floor(memory!.byteLength / 8));
  return doubles;
}

// Functions of their own, for these loops are optimised while they run, and what came after one in
// the same function would throw that away.
function fill(array: unknown[], length: number, source: Float64Array, at: number): void {
  for (let i = 0; i < length; i += 1) array[i] = source[at + i]!;
}

function fillWithDoubles(array: unknown[], length: number, source: DataView, at: number): void {
  for (let i = 0; i < length; i += 1) array[i] = source.getFloat64(at + 8 * i, true);
}

function fillWithIntegers(array: unknown[], length: number, source: DataView, at: number): void {
  for (let i = 0; i < length; i += 1) array[i] = source.getInt32(at + 4 * i, true);
}
