import { arrayKindById, arrayKindOf, type BinaryValue, bytesOf } from '../../base/array-kind.ts';
import { MpiError } from '../../base/error.ts';
import { classOf, takeApart } from './error-parts.ts';
import { type Kind, kindOf, unbox } from './kind.ts';
import { entryStep, propertyStep, Refusal, within } from './refusal.ts';
import { addShape, findShape, type OutShape } from './shape-out.ts';
import {
  ARRAY,
  BIGINT,
  BIGINT64,
  BINARY,
  BOXED,
  DATE,
  END,
  ERROR,
  FALSE,
  FAR_RECORD,
  FLOAT64,
  FLOAT64_ARRAY,
  GRAPH,
  INT8,
  INT16,
  INT32,
  INT32_ARRAY,
  LATER,
  LATIN1,
  MAP,
  MAX_DEPTH,
  MAX_SHAPES,
  NEW_RECORD,
  NULL,
  OBJECT,
  RECORD,
  RECORD_MAX,
  REFERENCE,
  REGEXP,
  SET,
  SHORT_STRING,
  SHORT_STRING_MAX,
  SMALL_INT_END,
  SPARSE_ARRAY,
  TREE,
  TRUE,
  UNDEFINED,
  UTF16,
} from './tag.ts';
import { asBuffer, isLatin1, putLatin1, putUtf16 } from './text.ts';

/** Room that every value may use without asking: a tag and a number of eight bytes, or a length. */
const ROOM = 16;
const SCRATCH_BYTES = 8192;
/** A larger scratch is given up after the message that needed it. */
const SCRATCH_KEPT_BYTES = 1 << 20;

/** Arrays of numbers alone travel as a block from this length. */
const BLOCK_LENGTH = 16;
/** Room for a block is taken in steps of so many numbers, for a sparse array may claim any length. */
const BLOCK_STEP = 1 << 21;
/**
 * Longer arrays of numbers alone are not searched for named properties: to list the keys of a
 * million numbers takes ten times as long as to send them.
 */
const NAMED_SEARCH_LENGTH = 256;

/** So many objects are looked for one by one, which for a few is faster than a Map. */
const FEW = 8;

// The scratch and the message under way. They are variables of the module because the functions
// below run once for every value, and reach these faster than fields.
let bytes: Uint8Array;
let view: DataView;
let buffer: Buffer | undefined;
let position = 0;
useScratch(SCRATCH_BYTES);

let busy = false;
let messages = 0;
/** Which message this is; tells shapes that it has defined from those it has not. */
let message = 0;
let shapes = 0;
let depth = 0;
/** Whether the reader must number the objects of this message. */
let graph = false;
/** How many objects have opened; the first FEW are in `few`, and all in `numbers` once there are more. */
let opened = 0;
let few: unknown[] = new Array(FEW).fill(undefined);
let numbers = new Map<object, number>();
/** Objects put off because they stand too deep. */
let later: object[] = [];

/**
 * Encode a structured value: whatever `structuredClone` takes, and errors with all they carry.
 *
 * One pass over the value, in which a getter runs once. Objects that occur more than once, cycles
 * included, do so in the copy too; but views of one ArrayBuffer arrive with a buffer each. As with
 * `structuredClone`, symbol keys stay behind and instances of classes become plain objects. Named
 * properties of an array of more than 256 numbers and nothing else stay behind as well.
 *
 * @returns a view of memory that is reused: lent until the next call, so copy what must last
 * @throws MpiError `ERR_TYPE` with the path if something inside cannot be sent, such as a function;
 *   `ERR_COUNT` if the encoding is larger than this platform can hold; and whatever a getter throws
 */
export function encodeStructured(value: unknown): Uint8Array {
  if (busy) return encodeWithin(value);
  busy = true;
  messages += 1;
  message = messages;
  shapes = 0;
  depth = 0;
  graph = false;
  opened = 0;
  position = 1;
  try {
    writeValue(value);
    if (later.length > 0) writeLater();
    bytes[0] = graph ? GRAPH : TREE;
    return new Uint8Array(bytes.buffer, 0, position);
  } catch (error) {
    throw error instanceof Refusal ? error.toError() : error;
  } finally {
    busy = false;
    if (opened > FEW) numbers.clear();
    for (let i = 0; i < opened && i < FEW; i += 1) few[i] = undefined;
    if (later.length > 0) later = [];
    if (bytes.length > SCRATCH_KEPT_BYTES) useScratch(SCRATCH_BYTES);
  }
}

/** Encode for a getter that runs while a message is under way: with a state of its own. */
function encodeWithin(value: unknown): Uint8Array {
  const outer = { bytes, view, buffer, position, message, shapes, depth, graph, opened };
  const lists = { few, numbers, later };
  useScratch(SCRATCH_BYTES);
  few = new Array(FEW).fill(undefined);
  numbers = new Map();
  later = [];
  busy = false;
  try {
    return encodeStructured(value);
  } finally {
    busy = true;
    ({ bytes, view, buffer, position, message, shapes, depth, graph, opened } = outer);
    ({ few, numbers, later } = lists);
  }
}

function useScratch(size: number): void {
  bytes = new Uint8Array(size);
  view = new DataView(bytes.buffer);
  buffer = asBuffer(bytes);
}

/** Make sure that `needed` more bytes fit. */
function reserve(needed: number): void {
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

function writeValue(value: unknown): void {
  if (position + ROOM > bytes.length) grow(position + ROOM);
  switch (typeof value) {
    case 'string':
      writeString(value);
      return;
    case 'number':
      writeNumber(value);
      return;
    case 'object':
      if (value === null) bytes[position++] = NULL;
      else writeObject(value);
      return;
    case 'boolean':
      bytes[position++] = value ? TRUE : FALSE;
      return;
    case 'undefined':
      bytes[position++] = UNDEFINED;
      return;
    case 'bigint':
      writeBigint(value);
      return;
    case 'function':
      throw new Refusal(
        'is a function and cannot be sent; send data, or the name of an exported function',
      );
    default:
      throw new Refusal('is a symbol and cannot be sent; send a string');
  }
}

function writeNumber(value: number): void {
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

function writeFloat64(tag: number, value: number): void {
  bytes[position++] = tag;
  view.setFloat64(position, value, true);
  position += 8;
}

/** Write a length, count or number: seven bits a byte, low bits first. */
function writeLength(length: number): void {
  while (length >= 0x80) {
    bytes[position++] = (length % 0x80) | 0x80;
    length = Math.floor(length / 0x80);
  }
  bytes[position++] = length;
}

function writeString(text: string): void {
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

function writeBigint(value: bigint): void {
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

function writeObject(value: object): void {
  if (isRepeated(value)) return;
  if (depth >= MAX_DEPTH && putOff(value)) return;
  depth += 1;
  writeContents(value);
  depth -= 1;
}

function writeContents(value: object): void {
  if (Array.isArray(value)) writeArray(value);
  else if (Object.getPrototypeOf(value) === Object.prototype) writeRecord(value);
  else writeOther(value, kindOf(value));
}

/** Number an object that opens, or write a reference if it has opened before. */
function isRepeated(value: object): boolean {
  if (opened < FEW) {
    for (let i = 0; i < opened; i += 1) {
      if (few[i] === value) return writeReference(i);
    }
    few[opened++] = value;
    return false;
  }
  if (opened === FEW) few.forEach((object, i) => void numbers.set(object as object, i));
  const number = numbers.get(value);
  if (number !== undefined) return writeReference(number);
  numbers.set(value, opened++);
  return false;
}

function writeReference(number: number): true {
  graph = true;
  bytes[position++] = REFERENCE;
  writeLength(number);
  return true;
}

/** Leave the contents of a container for later; false if it has none that could go deeper. */
function putOff(value: object): boolean {
  const kind: Kind | 'array' = Array.isArray(value) ? 'array' : kindOf(value);
  const container = CONTAINER_TAGS[kind];
  if (container === undefined) return false;
  graph = true;
  later.push(value);
  bytes[position++] = LATER;
  bytes[position++] = container;
  if (container === ERROR) bytes[position++] = classOf(value as Error);
  return true;
}

const CONTAINER_TAGS: { readonly [K in Kind | 'array']?: number } = {
  plain: OBJECT,
  array: ARRAY,
  map: MAP,
  set: SET,
  error: ERROR,
};

/** Write the contents that were put off; there may be more of them by the time the last is written. */
function writeLater(): void {
  for (const value of later) {
    depth = 1;
    reserve(ROOM);
    try {
      writeContents(value);
    } catch (error) {
      if (error instanceof Refusal) error.uprooted = true;
      throw error;
    }
  }
}

function writeRecord(object: object): void {
  const keys = Object.keys(object);
  const shape = keys.length === 0 ? undefined : (findShape(keys) ?? newShape(keys));
  if (shape === undefined || !writeShape(shape)) {
    bytes[position++] = OBJECT;
    writeProperties(object, keys);
    return;
  }
  let i = 0;
  try {
    for (; i < keys.length; i += 1) writeValue((object as Record<string, unknown>)[keys[i]!]);
  } catch (error) {
    throw within(error, propertyStep(keys[i]!));
  }
}

function newShape(keys: string[]): OutShape | undefined {
  return shapes < MAX_SHAPES ? addShape(keys) : undefined;
}

/** Write which shape the next object has; false if the message can take no more shapes. */
function writeShape(shape: OutShape): boolean {
  if (shape.message === message) {
    if (shape.number <= RECORD_MAX) {
      bytes[position++] = RECORD + shape.number;
    } else {
      bytes[position++] = FAR_RECORD;
      bytes[position++] = shape.number;
    }
    return true;
  }
  if (shapes === MAX_SHAPES) return false;
  shape.definition ??= defineShape(shape.keys);
  shape.message = message;
  shape.number = shapes++;
  const { definition } = shape;
  reserve(ROOM + definition.length);
  bytes[position++] = NEW_RECORD;
  bytes[position++] = shape.keys.length;
  writeLength(definition.length);
  for (let i = 0; i < definition.length; i += 1) bytes[position++] = definition[i]!;
  return true;
}

function defineShape(keys: readonly string[]): Uint8Array {
  const start = position;
  for (const key of keys) writeString(key);
  const definition = new Uint8Array(bytes.subarray(start, position));
  position = start;
  return definition;
}

/** Write a count, and each key with the property's value. */
function writeProperties(object: object, keys: readonly string[]): void {
  writeLength(keys.length);
  for (const key of keys) {
    writeString(key);
    try {
      writeValue((object as Record<string, unknown>)[key]);
    } catch (error) {
      throw within(error, propertyStep(key));
    }
  }
}

/** No element of the array has been read yet. */
const NONE: readonly unknown[] = [];

function writeArray(array: readonly unknown[]): void {
  const { length } = array;
  let read: readonly unknown[] | undefined = NONE;
  if (length > NAMED_SEARCH_LENGTH) {
    read = writeBlock(array);
    if (read === undefined) return;
  }
  // Indices come first and in order, so the last key tells whether all are indices.
  const keys = Object.keys(array);
  if (keys.length !== length || (length > 0 && keys[length - 1] !== String(length - 1))) {
    writeSparseArray(array, keys, read);
    return;
  }
  if (length >= BLOCK_LENGTH && length <= NAMED_SEARCH_LENGTH) {
    read = writeBlock(array);
    if (read === undefined) return;
  }
  reserve(ROOM);
  bytes[position++] = ARRAY;
  writeLength(length);
  let i = 0;
  try {
    for (; i < read.length; i += 1) writeValue(read[i]);
    for (; i < length; i += 1) writeValue(array[i]);
  } catch (error) {
    throw within(error, `[${i}]`);
  }
}

/**
 * Write an array as a block of numbers, as integers while they last.
 *
 * @returns undefined if that is done; else nothing is written, and these elements have been read
 */
function writeBlock(array: readonly unknown[]): readonly unknown[] | undefined {
  const first = array[0];
  if (typeof first !== 'number') return [first];
  const { length } = array;
  const head = position;
  reserve(ROOM);
  bytes[position++] = INT32_ARRAY;
  writeLength(length);
  const start = position;

  let value: unknown = first;
  let i = 0;
  let room = 0;
  while (typeof value === 'number' && (value | 0) === value && (value !== 0 || 1 / value > 0)) {
    if (i === room) room = makeRoom(i, length, 4);
    view.setInt32(position, value, true);
    position += 4;
    i += 1;
    if (i === length) return undefined;
    value = array[i];
  }

  bytes[head] = FLOAT64_ARRAY;
  widen(start, i);
  room = i;
  while (typeof value === 'number') {
    if (i === room) room = makeRoom(i, length, 8);
    view.setFloat64(position, value, true);
    position += 8;
    i += 1;
    if (i === length) return undefined;
    value = array[i];
  }

  const read: unknown[] = [];
  for (let at = start; at < position; at += 8) read.push(view.getFloat64(at, true));
  read.push(value);
  position = head;
  return read;
}

/** Reserve for the next step of a block from element `i`; returns the element up to which it reaches. */
function makeRoom(i: number, length: number, size: number): number {
  const room = Math.min(length, i + BLOCK_STEP);
  reserve(ROOM + size * (room - i));
  return room;
}

/** Turn the last `count` integers, from `start`, into doubles where they stand. */
function widen(start: number, count: number): void {
  reserve(ROOM + 4 * count);
  for (let i = count - 1; i >= 0; i -= 1) {
    view.setFloat64(start + 8 * i, view.getInt32(start + 4 * i, true), true);
  }
  position = start + 8 * count;
}

/** @param read  the elements that have been read already */
function writeSparseArray(
  array: readonly unknown[],
  keys: readonly string[],
  read: readonly unknown[],
): void {
  let indices = 0;
  while (indices < keys.length && isIndex(keys[indices]!, array.length)) indices += 1;
  bytes[position++] = SPARSE_ARRAY;
  writeLength(array.length);
  writeLength(indices);
  for (let i = 0; i < indices; i += 1) {
    const index = Number(keys[i]);
    reserve(ROOM);
    writeLength(index);
    try {
      writeValue(index < read.length ? read[index] : array[index]);
    } catch (error) {
      throw within(error, `[${index}]`);
    }
  }
  reserve(ROOM);
  writeProperties(array, keys.slice(indices));
}

function isIndex(key: string, length: number): boolean {
  const index = Number(key);
  return index < length && String(index) === key && Number.isInteger(index) && index >= 0;
}

const { entries } = Map.prototype;
const { values } = Set.prototype;
const { getTime } = Date.prototype;

function writeOther(value: object, kind: Kind): void {
  switch (kind) {
    case 'plain':
      writeRecord(value);
      return;
    case 'map':
      writeMap(value as Map<unknown, unknown>);
      return;
    case 'set':
      writeSet(value as Set<unknown>);
      return;
    case 'error':
      writeError(value as Error);
      return;
    case 'date':
      writeFloat64(DATE, getTime.call(value));
      return;
    case 'regexp':
      bytes[position++] = REGEXP;
      writeString((value as RegExp).source);
      reserve(ROOM);
      writeString((value as RegExp).flags);
      return;
    case 'boxed':
      bytes[position++] = BOXED;
      writeValue(unbox(value));
      return;
    case 'binary':
      writeBinary(value as BinaryValue);
      return;
  }
}

function writeMap(map: Map<unknown, unknown>): void {
  bytes[position++] = MAP;
  let place = 0;
  for (const [key, value] of entries.call(map)) {
    try {
      writeValue(key);
    } catch (error) {
      throw within(error, `<key ${place}>`);
    }
    try {
      writeValue(value);
    } catch (error) {
      throw within(error, entryStep(key, place));
    }
    place += 1;
  }
  reserve(ROOM);
  bytes[position++] = END;
}

function writeSet(set: Set<unknown>): void {
  bytes[position++] = SET;
  let place = 0;
  for (const item of values.call(set)) {
    try {
      writeValue(item);
    } catch (error) {
      throw within(error, `<item ${place}>`);
    }
    place += 1;
  }
  reserve(ROOM);
  bytes[position++] = END;
}

function writeError(error: Error): void {
  const { classId, hidden, shown } = takeApart(error);
  bytes[position++] = ERROR;
  bytes[position++] = classId;
  for (const group of [hidden, shown]) {
    reserve(ROOM);
    writeProperties(group, Object.keys(group));
  }
}

function writeBinary(value: BinaryValue): void {
  // Only a buffer of another realm goes unrecognised.
  const kind = arrayKindOf(value) ?? arrayKindById(1)!;
  let content: Uint8Array;
  try {
    content = bytesOf(value);
  } catch {
    throw new Refusal('has been detached and cannot be sent; send it before it is transferred');
  }
  reserve(ROOM + content.length);
  bytes[position++] = BINARY;
  bytes[position++] = kind.id;
  writeLength(content.length);
  bytes.set(content, position);
  position += content.length;
}
