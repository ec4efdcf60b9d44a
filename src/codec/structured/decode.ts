import { arrayKindById } from '../../base/array-kind.ts';
import { MpiError } from '../../base/error.ts';
import { makeError, setHidden } from './error-parts.ts';
import { addShape, findShape, type InShape, use } from './shape-in.ts';
import { SHORT_TEXT } from './short-text.ts';
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
import { asBuffer, getLatin1, getUtf16 } from './text.ts';

/** Arrays up to this length are made at once; longer ones grow, as the engine would make them slow. */
const PREALLOCATED_LENGTH = 1 << 24;

// The message under way, in variables of the module for the same reason as the writer's. No code of
// the user's runs while one is under way, so there is never a second.
const NOTHING = new Uint8Array(0);
let bytes = NOTHING;
/** Made when first needed, for a message may be shorter than it takes to make them. */
let view: DataView | undefined;
let buffer: Buffer | undefined;
let position = 0;
let end = 0;
let depth = 0;
/** Whether objects are numbered, and so must exist before what they contain is read. */
let graph = false;
let objects: object[] = [];
let shapes: InShape[] = [];
/** Objects whose contents are yet to come. */
let later: object[] = [];

/**
 * Decode what `encodeStructured` made. The result shares no memory with `bytes`.
 *
 * Bytes that are not such an encoding are found out in time and memory proportional to their number,
 * or decode to some value.
 *
 * @throws MpiError `ERR_TYPE` if the bytes are not an encoding
 */
export function decodeStructured(encoding: Uint8Array): unknown {
  bytes = encoding;
  end = encoding.length;
  position = 1;
  depth = 0;
  graph = encoding[0] === GRAPH;
  try {
    if (encoding[0] !== TREE && !graph) throw corrupt('no such format', 0);
    const value = readValue();
    if (later.length > 0) readLater();
    if (position !== end) throw corrupt('bytes left over', position);
    return value;
  } catch (error) {
    if (error instanceof MpiError) throw error;
    // The engine's own objections, as to a regular expression or to an offset past the end.
    throw corrupt('no such value', position, error);
  } finally {
    bytes = NOTHING;
    view = undefined;
    buffer = undefined;
    if (graph) objects = [];
    if (shapes.length > 0) shapes = [];
    if (later.length > 0) later = [];
  }
}

function corrupt(complaint: string, at: number, cause?: unknown): MpiError {
  return new MpiError(
    'ERR_TYPE',
    `cannot decode ${end} bytes as a structured value: ${complaint} at byte ${at}; were they sent as one, by the same version of tsmpi?`,
    { cause },
  );
}

/** Make sure that `needed` more bytes are there. */
function expect(needed: number): void {
  if (needed > end - position) throw corrupt('cut short', position);
}

function readValue(): unknown {
  if (position >= end) throw corrupt('cut short', position);
  const tag = bytes[position++]!;
  if (tag < SMALL_INT_END) return tag;
  if (tag < RECORD) return readShortString(tag - SHORT_STRING);
  if (tag < UNDEFINED) return readRecord(shapes[tag - RECORD]);
  return READERS[tag - UNDEFINED]!();
}

function readByte(): number {
  expect(1);
  return bytes[position++]!;
}

function dataView(): DataView {
  view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view;
}

function readInt8(): number {
  return (readByte() << 24) >> 24;
}

function readInt16(): number {
  expect(2);
  const value = bytes[position]! | (bytes[position + 1]! << 8);
  position += 2;
  return (value << 16) >> 16;
}

function readInt32(): number {
  const value = dataView().getInt32(position, true);
  position += 4;
  return value;
}

function readFloat64(): number {
  const value = dataView().getFloat64(position, true);
  position += 8;
  return value;
}

/** Read a length, count or number. */
function readLength(): number {
  let length = readByte();
  if (length < 0x80) return length;
  length -= 0x80;
  for (let factor = 0x80; factor <= Number.MAX_SAFE_INTEGER; factor *= 0x80) {
    const byte = readByte();
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return length;
  }
  throw corrupt('a length without end', position);
}

function readShortString(length: number): string {
  expect(length);
  const start = position;
  position += length;
  if (length < SHORT_TEXT.length) return SHORT_TEXT[length]!(bytes, start);
  buffer ??= asBuffer(bytes);
  return getLatin1(bytes, buffer, start, position);
}

function readLatin1(): string {
  const length = readLength();
  expect(length);
  buffer ??= asBuffer(bytes);
  const start = position;
  position += length;
  return getLatin1(bytes, buffer, start, position);
}

function readUtf16(): string {
  const length = 2 * readLength();
  expect(length);
  buffer ??= asBuffer(bytes);
  const start = position;
  position += length;
  return getUtf16(bytes, buffer, start, position);
}

function readString(): string {
  const value = readValue();
  if (typeof value !== 'string') throw corrupt('no string', position);
  return value;
}

function readBigint64(): bigint {
  const value = dataView().getBigInt64(position, true);
  position += 8;
  return value;
}

function readBigint(): bigint {
  const negative = readByte() === 1;
  const words = readLength();
  expect(4 * words);
  let digits = '0x0';
  for (let i = 0; i < words; i += 1) {
    digits += dataView().getUint32(position, true).toString(16).padStart(8, '0');
    position += 4;
  }
  const magnitude = BigInt(digits);
  return negative ? -magnitude : magnitude;
}

/** Number an object that opens, if the message needs that. */
function open<T extends object>(object: T): T {
  if (graph) objects.push(object);
  return object;
}

function readReference(): object {
  const object = objects[readLength()];
  if (object === undefined) throw corrupt('a reference to nothing', position);
  return object;
}

function enter(): void {
  depth += 1;
  if (depth > MAX_DEPTH) throw corrupt(`nested deeper than ${MAX_DEPTH}`, position);
}

/** Open an empty container whose contents come later. */
function readLaterShell(): object {
  const shell = open(makeShell(readByte()));
  later.push(shell);
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
  throw corrupt('no such value', position - 1);
}

/** Read the contents that come later, which may put off more. */
function readLater(): void {
  for (const shell of later) {
    depth = 0;
    const tag = readByte();
    const filled =
      tag >= RECORD && tag < UNDEFINED
        ? readRecord(shapes[tag - RECORD], shell)
        : READERS[tag - UNDEFINED]?.(shell);
    if (filled !== shell) throw corrupt('no contents', position);
  }
}

function readRecord(shape: InShape | undefined, target?: object): object {
  if (shape === undefined) throw corrupt('no such shape', position);
  enter();
  let object: object;
  if (!graph && shape.build !== undefined) {
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
  return readRecord(shapes[readByte()], target);
}

function readNewRecord(target?: object): object {
  const count = readByte();
  const length = readLength();
  expect(length);
  const start = position;
  const stop = start + length;
  let shape = findShape(bytes, start, stop);
  if (shape === undefined || shape.keys.length !== count) {
    const keys: string[] = [];
    for (let i = 0; i < count; i += 1) keys.push(readString());
    if (position !== stop) throw corrupt('no shape', start);
    shape = addShape(bytes, start, stop, keys);
  }
  position = stop;
  if (shapes.push(shape) > MAX_SHAPES) throw corrupt('too many shapes', start);
  return readRecord(shape, target);
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
  const array = arrayOf(length, target);
  for (let i = 0; i < length; i += 1) array[i] = readValue();
  depth -= 1;
  return array;
}

function arrayOf(length: number, target: object | undefined): unknown[] {
  if (target !== undefined) return emptyArray(target);
  return open(length <= PREALLOCATED_LENGTH ? new Array(length) : []);
}

function emptyArray(target: object): unknown[] {
  if (!Array.isArray(target)) throw corrupt('no contents', position);
  return target;
}

function readSparseArray(target: object = open([])): object {
  const array = emptyArray(target);
  const length = readLength();
  if (length > 0xffff_ffff) throw corrupt('no such array', position);
  enter();
  let next = 0;
  for (let left = readLength(); left > 0; left -= 1) {
    const index = readLength();
    if (index < next || index >= length) throw corrupt('no such index', position);
    array[index] = readValue();
    next = index + 1;
  }
  if (length > next) {
    // An element far out makes the engine keep the array as a table, where setting the length alone
    // would take memory for every hole.
    array[length - 1] = undefined;
    delete array[length - 1];
  }
  readProperties(array, setOwn);
  depth -= 1;
  return array;
}

function readFloat64Array(target?: object): object {
  const length = readLength();
  expect(8 * length);
  const array = doublesOf(length, target);
  const source = dataView();
  const start = position;
  for (let i = 0; i < length; i += 1) array[i] = source.getFloat64(start + 8 * i, true);
  position = start + 8 * length;
  return array;
}

/** Make an array that holds doubles from the start; the engine would convert another, at twice the cost. */
function doublesOf(length: number, target: object | undefined): unknown[] {
  if (target !== undefined) return emptyArray(target);
  const array = [0.5];
  array.length = length <= PREALLOCATED_LENGTH ? length : 0;
  return open(array);
}

function readInt32Array(target?: object): object {
  const length = readLength();
  expect(4 * length);
  const array = arrayOf(length, target);
  const source = dataView();
  const start = position;
  for (let i = 0; i < length; i += 1) array[i] = source.getInt32(start + 4 * i, true);
  position = start + 4 * length;
  return array;
}

function readMap(target: object = open(new Map())): object {
  if (!(target instanceof Map)) throw corrupt('no contents', position);
  enter();
  while (!atEnd()) {
    const key = readValue();
    target.set(key, readValue());
  }
  depth -= 1;
  return target;
}

function readSet(target: object = open(new Set())): object {
  if (!(target instanceof Set)) throw corrupt('no contents', position);
  enter();
  while (!atEnd()) target.add(readValue());
  depth -= 1;
  return target;
}

function atEnd(): boolean {
  if (bytes[position] !== END) return false;
  position += 1;
  return true;
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
  const value = readValue();
  if (typeof value === 'object' || value === undefined) throw corrupt('nothing to box', position);
  return open(Object(value));
}

function readBinary(): object {
  const kind = arrayKindById(readByte());
  if (kind === undefined) throw corrupt('no such array kind on this engine', position - 1);
  const length = readLength();
  expect(length);
  // A copy: `slice` would not make one of a Buffer.
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(position, position + length));
  position += length;
  return open(kind.view(copy.buffer, 0, length / kind.bytesPerElement));
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
