import { arrayKindById } from '../../base/array-kind.ts';
import { MpiError } from '../../base/error.ts';
import { makeError, setHidden } from './error-parts.ts';
import {
  corrupt,
  expect,
  expectBlock,
  left,
  lookAhead,
  readBigint,
  readBigint64,
  readByte,
  readBytes,
  readDoubles,
  readFloat64,
  readInt8,
  readInt16,
  readInt16List,
  readInt32,
  readIntegers,
  readLatin1,
  readLength,
  readShortString,
  readString,
  readUtf16,
  skip,
  skipBytes,
  startInput,
  stopInput,
} from './input.ts';
import { addShape, findShape, type InShape, use } from './shape-in.ts';
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
  INT16_LIST,
  INT16_LIST_MAX,
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
  REFERENCE,
  REGEXP,
  SET,
  SHORT_STRING,
  SMALL_INT_END,
  SPARSE_ARRAY,
  TREE,
  TRUE,
  UNDEFINED,
  UTF16,
} from './tag.ts';

/** Arrays up to this length are made at once; longer ones grow, as the engine would make them slow. */
const PREALLOCATED_LENGTH = 1 << 24;

// The message under way, in variables of the module for the same reason as the writer's. No code of
// the user's runs while one is under way, so there is never a second.
let depth = 0;
/** Whether objects are numbered, and so must exist before what they contain is read. */
let graph = false;
let objects: object[] = [];
/** The shapes defined so far, as many as are counted; the rest are those of earlier messages. */
const shapes: InShape[] = [];
let shapeCount = 0;
/** Empty containers whose contents are yet to come, and the tag they were put off with. */
let later: { readonly shell: object; readonly tag: number }[] = [];

/**
 * Decode what `encodeStructured` made and now lies in bytes `start` to `end`. The result shares no
 * memory with them.
 *
 * Bytes that are not such an encoding are found out in time and memory proportional to their number,
 * or decode to some value. A part of a larger memory, such as a ring, is decoded without a view made
 * for it; that memory is held until other bytes are decoded.
 *
 * @throws MpiError `ERR_TYPE` if the bytes are not an encoding
 */
export function decodeStructured(
  bytes: Uint8Array,
  start: number = 0,
  end: number = bytes.length,
): unknown {
  const format = startInput(bytes, start, end);
  depth = 0;
  graph = format === GRAPH;
  try {
    if (format !== TREE && !graph) throw corrupt('no such format');
    const value = readValue();
    if (later.length > 0) readLater();
    if (left() > 0) throw corrupt('bytes left over after the value');
    return value;
  } catch (error) {
    if (error instanceof MpiError) throw error;
    // The engine's own objections, as to a regular expression or to an offset past the end.
    throw corrupt('no such value', error);
  } finally {
    stopInput();
    if (graph) objects = [];
    shapeCount = 0;
    if (later.length > 0) later = [];
  }
}

function readValue(): unknown {
  const tag = readByte();
  if (tag < SMALL_INT_END) return tag;
  if (tag < RECORD) return readShortString(tag - SHORT_STRING);
  if (tag < UNDEFINED) return readRecord(shapeOf(tag - RECORD));
  // The commonest of the rest, without the detour through a table.
  if (tag === INT16) return readInt16();
  if (tag === FLOAT64) return readFloat64();
  if (tag === ARRAY) return readArray();
  return readRest(tag);
}

// Apart from `readValue`, which the engine then makes part of the loops that call it.
function readRest(tag: number): unknown {
  if (tag > INT16_LIST && tag <= INT16_LIST + INT16_LIST_MAX) {
    return open(readInt16List(tag - INT16_LIST));
  }
  if (tag === INT32) return readInt32();
  return READERS[tag - UNDEFINED]!();
}

/** Number an object that opens, if the message needs that. */
function open<T extends object>(object: T): T {
  if (graph) objects.push(object);
  return object;
}

function readReference(): object {
  const object = objects[readLength()];
  if (object === undefined) throw corrupt('a reference to nothing');
  return object;
}

function enter(): void {
  depth += 1;
  if (depth > MAX_DEPTH) throw corrupt(`nested deeper than ${MAX_DEPTH}`);
}

/** Open an empty container whose contents come later. */
function readLaterShell(): object {
  const tag = readByte();
  const shell = open(makeShell(tag));
  later.push({ shell, tag });
  return shell;
}

function makeShell(tag: number): object {
  switch (tag) {
    case OBJECT:
      return {};
    case ARRAY:
      return [];
    case MAP:
      return new Map();
    case SET:
      return new Set();
    case ERROR:
      return makeError(readByte()) ?? noSuchValue();
    default:
      return noSuchValue();
  }
}

function noSuchValue(): never {
  throw corrupt('no such value');
}

/** Read the contents that come later, which may put off more. */
function readLater(): void {
  for (const { shell, tag } of later) {
    depth = 0;
    const contents = readByte();
    if (containerOf(contents) !== tag) throw corrupt('no contents');
    if (contents < UNDEFINED) readRecord(shapeOf(contents - RECORD), shell);
    else if (contents > INT16_LIST) readInt16ListInto(shell, contents - INT16_LIST);
    else READERS[contents - UNDEFINED]!(shell);
  }
}

/** Find the tag that puts off a container whose contents have this one. */
function containerOf(tag: number): number {
  if (tag >= RECORD && tag < UNDEFINED) return OBJECT;
  if (tag === FAR_RECORD || tag === NEW_RECORD) return OBJECT;
  if (tag > INT16_LIST && tag <= INT16_LIST + INT16_LIST_MAX) return ARRAY;
  if (tag === SPARSE_ARRAY || tag === FLOAT64_ARRAY || tag === INT32_ARRAY) return ARRAY;
  return tag;
}

function shapeOf(number: number): InShape {
  if (number >= shapeCount) throw corrupt('no such shape');
  return shapes[number]!;
}

function readRecord(shape: InShape, target?: object): object {
  enter();
  let object: object;
  if (!graph && target === undefined && shape.build !== undefined) {
    object = shape.build();
  } else {
    object = target ?? open({});
    for (const key of shape.keys) {
      if (shape.assignable) (object as Record<string, unknown>)[key] = readValue();
      else setOwn(object, key, readValue());
    }
    use(shape, readValue);
  }
  depth -= 1;
  return object;
}

/** Make an own property, also of a key that means something to objects as such. */
function setOwn(object: object, key: string, value: unknown): void {
  if (key in Object.prototype) {
    Object.defineProperty(object, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    (object as Record<string, unknown>)[key] = value;
  }
}

function readFarRecord(target?: object): object {
  return readRecord(shapeOf(readByte()), target);
}

function readNewRecord(target?: object): object {
  const count = readByte();
  const length = readLength();
  expect(length);
  let shape = lookAhead(length, findShape);
  if (shape?.keys.length === count) skipBytes(length);
  else shape = readShape(count, length);
  if (shapeCount === MAX_SHAPES) throw corrupt('too many shapes');
  shapes[shapeCount++] = shape;
  return readRecord(shape, target);
}

/** Read a definition of so many keys in so many bytes. */
function readShape(count: number, length: number): InShape {
  const definition = lookAhead(
    length,
    (bytes, start, end) => new Uint8Array(bytes.subarray(start, end)),
  );
  const rest = left() - length;
  const keys: string[] = [];
  for (let i = 0; i < count; i += 1) keys.push(readString());
  if (left() !== rest) throw corrupt('no shape');
  return addShape(definition, keys);
}

function readObject(target: object = open({})): object {
  enter();
  readProperties(target, setOwn);
  depth -= 1;
  return target;
}

/** Read a count, and each key with its value. */
function readProperties(
  target: object,
  set: (target: object, key: string, value: unknown) => void,
): void {
  for (let left = readLength(); left > 0; left -= 1) {
    const key = readString();
    set(target, key, readValue());
  }
}

function readArray(target?: object): object {
  const length = readLength();
  expect(length);
  enter();
  const array =
    length <= 4 && !graph && target === undefined
      ? readFew(length)
      : fillArray((target as unknown[] | undefined) ?? arrayOf(length), length);
  depth -= 1;
  return array;
}

function fillArray(array: unknown[], length: number): unknown[] {
  for (let i = 0; i < length; i += 1) array[i] = readValue();
  return array;
}

/** Read an array of at most four elements: a literal is made several times as fast as filled. */
function readFew(length: number): unknown[] {
  switch (length) {
    case 0:
      return [];
    case 1:
      return [readValue()];
    case 2:
      return [readValue(), readValue()];
    case 3:
      return [readValue(), readValue(), readValue()];
    default:
      return [readValue(), readValue(), readValue(), readValue()];
  }
}

function arrayOf(length: number): unknown[] {
  return open(length <= PREALLOCATED_LENGTH ? new Array(length) : []);
}

function readSparseArray(target: object = open([])): object {
  const array = target as unknown[];
  const length = readLength();
  if (length > 0xffff_ffff) throw corrupt('no such array');
  enter();
  const count = readLength();
  if (length > 4 * count + 32) {
    // An element far out makes the engine keep the array as a table, which takes no memory for holes.
    array[0xffff_fffe] = undefined;
    array.length = length;
  }
  let next = 0;
  for (let left = count; left > 0; left -= 1) {
    const index = readLength();
    if (index < next || index >= length) throw corrupt('no such index');
    array[index] = readValue();
    next = index + 1;
  }
  array.length = length;
  readProperties(array, setOwn);
  depth -= 1;
  return array;
}

function readFloat64Array(target?: object): object {
  const length = readLength();
  expectBlock(8 * length);
  const array = (target as unknown[] | undefined) ?? open(doublesOf(length));
  readDoubles(array, length);
  return array;
}

/** Make an array that holds doubles from the start: the engine would have to convert another. */
function doublesOf(length: number): unknown[] {
  const array = [0.5];
  array.length = length <= PREALLOCATED_LENGTH ? length : 0;
  return array;
}

function readInt32Array(target?: object): object {
  const length = readLength();
  expectBlock(4 * length);
  const array = (target as unknown[] | undefined) ?? arrayOf(length);
  readIntegers(array, length);
  return array;
}

/** Fill an array that was put off; any other is read at once. */
function readInt16ListInto(target: object, length: number): void {
  const list = readInt16List(length);
  for (let i = 0; i < length; i += 1) (target as unknown[])[i] = list[i];
}

function readMap(target: object = open(new Map())): object {
  const map = target as Map<unknown, unknown>;
  enter();
  while (!skip(END)) {
    const key = readValue();
    map.set(key, readValue());
  }
  depth -= 1;
  return map;
}

function readSet(target: object = open(new Set())): object {
  const set = target as Set<unknown>;
  enter();
  while (!skip(END)) set.add(readValue());
  depth -= 1;
  return set;
}

function readError(target?: object): object {
  const classId = readByte();
  const error = target ?? open(makeError(classId) ?? noSuchValue());
  enter();
  readProperties(error, setHidden);
  readProperties(error, setOwn);
  depth -= 1;
  return error;
}

function readDate(): object {
  return open(new Date(readFloat64()));
}

function readRegExp(): object {
  const source = readString();
  return open(new RegExp(source, readString()));
}

function readBoxed(): object {
  enter();
  const value = readValue();
  depth -= 1;
  if (typeof value === 'object' || value === undefined) throw corrupt('nothing to box');
  return open(Object(value));
}

function readBinary(): object {
  const kind = arrayKindById(readByte());
  if (kind === undefined) throw corrupt('no such array kind on this engine');
  const length = readLength();
  return open(kind.view(readBytes(length).buffer, 0, length / kind.bytesPerElement));
}

/** What reads the contents after each tag from UNDEFINED on; containers fill the target if given one. */
const READERS: readonly ((target?: object) => unknown)[] = (() => {
  const readers: ((target?: object) => unknown)[] = new Array(0x100 - UNDEFINED).fill(noSuchValue);
  const on = (tag: number, reader: (target?: object) => unknown): void => {
    readers[tag - UNDEFINED] = reader;
  };
  on(UNDEFINED, () => undefined);
  on(NULL, () => null);
  on(FALSE, () => false);
  on(TRUE, () => true);
  on(INT8, readInt8);
  on(INT16, readInt16);
  on(INT32, readInt32);
  on(FLOAT64, readFloat64);
  on(BIGINT64, readBigint64);
  on(BIGINT, readBigint);
  on(LATIN1, readLatin1);
  on(UTF16, readUtf16);
  on(REFERENCE, readReference);
  on(FAR_RECORD, readFarRecord);
  on(NEW_RECORD, readNewRecord);
  on(OBJECT, readObject);
  on(ARRAY, readArray);
  on(SPARSE_ARRAY, readSparseArray);
  on(FLOAT64_ARRAY, readFloat64Array);
  on(INT32_ARRAY, readInt32Array);
  on(MAP, readMap);
  on(SET, readSet);
  on(ERROR, readError);
  on(DATE, readDate);
  on(REGEXP, readRegExp);
  on(BOXED, readBoxed);
  on(BINARY, readBinary);
  on(LATER, readLaterShell);
  return readers;
})();
