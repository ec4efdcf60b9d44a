import { arrayKindById, arrayKindOf, type BinaryValue, bytesOf } from '../../base/array-kind.ts';
import { writeBlock, writeShortBlock } from './block-out.ts';
import { classOf, takeApart } from './error-parts.ts';
import { type Kind, kindOf, unbox } from './kind.ts';
import {
  divertOutput,
  encodeStrings,
  finishOutput,
  putByte,
  putBytes,
  ROOM,
  reserve,
  startOutput,
  stopOutput,
  writeBigint,
  writeFloat64,
  writeInt16List,
  writeLength,
  writeNumber,
  writeString,
} from './output.ts';
import { entryStep, propertyStep, Refusal, within } from './refusal.ts';
import { expectedShape, type OutShape, type Pen, shapeWith, use } from './shape-out.ts';
import {
  ARRAY,
  BINARY,
  BOXED,
  DATE,
  END,
  ERROR,
  FALSE,
  FAR_RECORD,
  GRAPH,
  INT16_LIST_MAX,
  LATER,
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
  SPARSE_ARRAY,
  TREE,
  TRUE,
  UNDEFINED,
} from './tag.ts';

/**
 * Longer arrays of numbers alone are not searched for named properties: the engine finds those only
 * by listing every element, which takes several times as long as sending them.
 */
const NAMED_SEARCH_LENGTH = 256;

/** Stands for the set of the objects seen while they are few. */
const NOT_MANY: Set<object> = new Set();

/** So many objects are looked for one by one, which for a few is faster than a Set. */
const FEW = 8;

// The message under way, in variables of the module because they are reached faster than fields.
let busy = false;
let messages = 0;
/** Which message this is; tells shapes that it has defined from those it has not. */
let message = 0;
let shapes = 0;
let depth = 0;
/** Whether the reader must number the objects of this message. */
let graph = false;
/** How many objects have opened; the first FEW are in `few`, and all in `seen` once there are more. */
let opened = 0;
let few: unknown[] = new Array(FEW).fill(undefined);
let seen: Set<object> = NOT_MANY;
/** The objects of `seen` by number, from when one first occurs again: a Map takes twice the time. */
let numbers: Map<object, number> | undefined;
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
 * @returns a view of memory that is reused, and as a rule the same one for the same length: lent until
 *   the next call, so copy what must last
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
  startOutput();
  try {
    writeValue(value);
    if (later.length > 0) writeLater();
    return finishOutput(graph ? GRAPH : TREE);
  } catch (error) {
    throw error instanceof Refusal ? error.toError() : error;
  } finally {
    busy = false;
    // A new set each time: to clear one and fill it again takes twice as long.
    seen = NOT_MANY;
    numbers = undefined;
    for (let i = 0; i < opened && i < FEW; i += 1) few[i] = undefined;
    if (later.length > 0) later = [];
    stopOutput();
  }
}

/** Encode for a getter that runs while a message is under way: with a state of its own. */
function encodeWithin(value: unknown): Uint8Array {
  const outer = { message, shapes, depth, graph, opened };
  const returnOutput = divertOutput();
  const lists = { few, seen, numbers, later };
  few = new Array(FEW).fill(undefined);
  seen = NOT_MANY;
  numbers = undefined;
  later = [];
  busy = false;
  try {
    return encodeStructured(value);
  } finally {
    busy = true;
    returnOutput();
    ({ message, shapes, depth, graph, opened } = outer);
    ({ few, seen, numbers, later } = lists);
  }
}

function writeValue(value: unknown): void {
  if (typeof value === 'number') {
    writeNumber(value);
  } else if (typeof value === 'string') {
    writeString(value);
  } else if (typeof value === 'object' && value !== null) {
    reserve(ROOM);
    writeObject(value);
  } else {
    reserve(ROOM);
    writeRest(value);
  }
}

// Apart from `writeValue`, which the engine then makes part of the loops that call it.
function writeRest(value: unknown): void {
  switch (typeof value) {
    case 'boolean':
      putByte(value ? TRUE : FALSE);
      return;
    case 'undefined':
      putByte(UNDEFINED);
      return;
    case 'object':
      putByte(NULL);
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

function writeObject(value: object): void {
  if (isRepeated(value)) return;
  if (depth >= MAX_DEPTH && putOff(value)) return;
  depth += 1;
  writeContents(value);
  depth -= 1;
}

function writeContents(value: object): void {
  if (Array.isArray(value)) {
    writeArray(value);
    return;
  }
  // Listing the keys of a view would list its elements.
  const shape = ArrayBuffer.isView(value) ? undefined : expectedShape(value);
  if (shape?.write !== undefined) {
    shape.write(value);
    return;
  }
  const kind = Object.getPrototypeOf(value) === Object.prototype ? 'plain' : kindOf(value);
  if (kind !== 'plain') writeOther(value, kind);
  else if (shape === undefined) writeUnexpected(value);
  else writeRecord(value, shape, shape.keys);
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
  if (opened === FEW) seen = new Set(few as object[]);
  if (seen.add(value).size === opened) return writeReference(numberOf(value));
  numbers?.set(value, opened);
  opened += 1;
  return false;
}

function numberOf(value: object): number {
  if (numbers === undefined) {
    numbers = new Map();
    for (const object of seen) numbers.set(object, numbers.size);
  }
  return numbers.get(value)!;
}

function writeReference(number: number): true {
  graph = true;
  putByte(REFERENCE);
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
  putByte(LATER);
  putByte(container);
  if (container === ERROR) putByte(classOf(value as Error));
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

function writeUnexpected(object: object): void {
  const keys = Object.keys(object);
  writeRecord(object, shapeWith(keys, shapes < MAX_SHAPES), keys);
}

/** @param shape  its shape, if it has one */
function writeRecord(object: object, shape: OutShape | undefined, keys: readonly string[]): void {
  if (shape === undefined || !writeHead(shape)) {
    putByte(OBJECT);
    writeProperties(object, keys);
    return;
  }
  use(shape, PEN);
  let i = 0;
  try {
    // The engine reads properties fastest by the enumeration that it caches with the hidden class.
    // It leaves out a key that a getter has deleted since, and goes on to inherited ones.
    for (const key in object) {
      if (key !== keys[i]) break;
      writeValue((object as Record<string, unknown>)[key]);
      i += 1;
    }
    for (; i < keys.length; i += 1) writeValue((object as Record<string, unknown>)[keys[i]!]);
  } catch (error) {
    throw within(error, propertyStep(keys[i]!));
  }
}

/** Write which shape the next object has; false if the message can take no more shapes. */
function writeHead(shape: OutShape): boolean {
  if (shape.message !== message) return defineShape(shape);
  if (shape.number <= RECORD_MAX) {
    putByte(RECORD + shape.number);
  } else {
    putByte(FAR_RECORD);
    putByte(shape.number);
  }
  return true;
}

function defineShape(shape: OutShape): boolean {
  if (shapes === MAX_SHAPES) return false;
  shape.definition ??= encodeStrings(shape.keys);
  shape.message = message;
  shape.number = shapes++;
  const { definition } = shape;
  putByte(NEW_RECORD);
  putByte(shape.keys.length);
  writeLength(definition.length);
  putBytes(definition);
  return true;
}

/**
 * Write what compiled code leaves: an object that is not plain, or has one shape too many.
 *
 * @param first  its first property, which must not be read a second time
 */
function writeOddRecord(object: object, shape: OutShape, first: unknown): void {
  const kind = kindOf(object);
  if (kind !== 'plain') {
    writeOther(object, kind);
    return;
  }
  const { keys } = shape;
  const headed = writeHead(shape);
  if (!headed) {
    putByte(OBJECT);
    writeLength(keys.length);
  }
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i]!;
    if (!headed) writeString(key);
    try {
      writeValue(i === 0 ? first : (object as Record<string, unknown>)[key]);
    } catch (error) {
      throw within(error, propertyStep(key));
    }
  }
}

const PEN: Pen = {
  head: writeHead,
  number: writeNumber,
  string: writeString,
  value: writeValue,
  odd: writeOddRecord,
  within: (error, shape, place) => within(error, propertyStep(shape.keys[place]!)),
};

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

function writeArray(array: readonly unknown[]): void {
  const { length } = array;
  let values: readonly unknown[];
  if (length > NAMED_SEARCH_LENGTH && startsWithNumber(array)) {
    const read = writeBlock(array);
    if (read === undefined) return;
    values = readAll(array, read);
  } else {
    // Reads every element, and what has a name besides, without making keys of all the indices.
    values = Object.values(array);
  }
  if (values.length !== length || !isDense(array)) {
    writeSparseArray(array, Object.keys(array), values);
    return;
  }
  if (length <= INT16_LIST_MAX) {
    if (length > 0 && writeInt16List(values)) return;
  } else if (length <= NAMED_SEARCH_LENGTH && writeShortBlock(values)) {
    return;
  }
  putByte(ARRAY);
  writeLength(length);
  let i = 0;
  try {
    for (; i < length; i += 1) writeValue(values[i]);
  } catch (error) {
    throw within(error, `[${i}]`);
  }
}

function startsWithNumber(array: readonly unknown[]): boolean {
  return typeof Object.getOwnPropertyDescriptor(array, 0)?.value === 'number';
}

function isDense(array: readonly unknown[]): boolean {
  for (let i = 0; i < array.length; i += 1) {
    if (!(i in array)) return false;
  }
  return true;
}

/** Read the values of all keys, but for the first elements, which have been read. */
function readAll(array: readonly unknown[], read: readonly unknown[]): unknown[] {
  return Object.keys(array).map((key) =>
    isIndex(key, read.length)
      ? read[Number(key)]
      : (array as unknown as Record<string, unknown>)[key],
  );
}

/** @param values  those of all keys, in the same order */
function writeSparseArray(
  array: readonly unknown[],
  keys: readonly string[],
  values: readonly unknown[],
): void {
  let indices = 0;
  while (indices < keys.length && isIndex(keys[indices]!, array.length)) indices += 1;
  putByte(SPARSE_ARRAY);
  writeLength(array.length);
  writeLength(indices);
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i]!;
    reserve(2 * ROOM);
    if (i === indices) writeLength(keys.length - indices);
    if (i < indices) writeLength(Number(key));
    else writeString(key);
    try {
      writeValue(values[i]);
    } catch (error) {
      throw within(error, i < indices ? `[${key}]` : propertyStep(key));
    }
  }
  if (keys.length === indices) {
    reserve(ROOM);
    writeLength(0);
  }
}

function isIndex(key: string, length: number): boolean {
  const index = Number(key);
  return index < length && String(index) === key && Number.isInteger(index) && index >= 0;
}

const { entries } = Map.prototype;
const { values } = Set.prototype;
const { getTime } = Date.prototype;

function writeOther(value: object, kind: Exclude<Kind, 'plain'>): void {
  switch (kind) {
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
      putByte(REGEXP);
      writeString((value as RegExp).source);
      reserve(ROOM);
      writeString((value as RegExp).flags);
      return;
    case 'boxed':
      putByte(BOXED);
      writeValue(unbox(value));
      return;
    case 'binary':
      writeBinary(value as BinaryValue);
      return;
  }
}

function writeMap(map: Map<unknown, unknown>): void {
  putByte(MAP);
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
  putByte(END);
}

function writeSet(set: Set<unknown>): void {
  putByte(SET);
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
  putByte(END);
}

function writeError(error: Error): void {
  const { classId, hidden, shown } = takeApart(error);
  putByte(ERROR);
  putByte(classId);
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
  putByte(BINARY);
  putByte(kind.id);
  writeLength(content.length);
  putBytes(content);
}
