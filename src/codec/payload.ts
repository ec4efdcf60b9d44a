import {
  type ArrayKind,
  arrayKindById,
  arrayKindOf,
  type BinaryValue,
  bytesOf,
  isPlainBytes,
  type TypedArray,
} from '../base/array-kind.ts';
import { MpiError } from '../base/error.ts';
import { decodeStructured } from './structured/decode.ts';
import { encodeStructured } from './structured/encode.ts';

/** The data kind of a value that is neither a typed array nor another block of bytes. */
export const STRUCTURED = 0;

/** Up to so many bytes are copied one by one: to call for a copy costs more. */
const SHORT_BYTES = 64;

/** The data kind of a `Uint8Array`, the plainest of all. */
const BYTES = arrayKindOf(new Uint8Array(0))?.id as number;

/** A value as it travels. */
export interface Payload {
  /** `STRUCTURED`, or the id of an `ArrayKind`. */
  readonly dataKind: number;
  /**
   * STRUCTURED: the encoding, lent until the next `encode`. Otherwise the value's own memory: what the
   * user writes there is what is sent.
   */
  readonly bytes: Uint8Array;
}

/** A value as it travels, in memory of its own: ranks that need not look into it can hand it on. */
export class Packed implements Payload {
  readonly dataKind: number;
  readonly bytes: Uint8Array;

  constructor(dataKind: number, bytes: Uint8Array) {
    this.dataKind = dataKind;
    this.bytes = bytes;
  }

  /**
   * Pack a value. What is packed of a typed array or the like is the memory that it shows.
   *
   * @throws MpiError `ERR_TYPE` for what cannot be sent, with its path inside the value
   */
  static of(value: unknown): Packed {
    const { dataKind, bytes } = encode(value);
    return new Packed(dataKind, dataKind === STRUCTURED ? copyOf(bytes) : bytes);
  }

  /** Keep what arrived: without a copy if it spans its memory. */
  static keep(dataKind: number, bytes: Uint8Array): Packed {
    return new Packed(dataKind, spansItsBuffer(bytes) ? bytes : copyOf(bytes));
  }

  /** Make the value anew. It may take over the memory, so this comes last. */
  unpack(): unknown {
    return decode(this.dataKind, this.bytes, true);
  }
}

/**
 * Turn a value into bytes. Typed arrays, ArrayBuffers, DataViews and Buffers are taken as they lie.
 *
 * @throws MpiError `ERR_TYPE` for what cannot be sent, with its path inside the value
 */
export function encode(value: unknown): Payload {
  if (isPlainBytes(value)) return { dataKind: BYTES, bytes: value };
  if (value instanceof Packed) return value;
  const kind = arrayKindOf(value);
  return kind === undefined
    ? { dataKind: STRUCTURED, bytes: encodeStructured(value) }
    : { dataKind: kind.id, bytes: bytesOf(value as BinaryValue) };
}

/**
 * Turn bytes back into the value that was sent, or one equal to it.
 *
 * @param given  whether `bytes` may be kept, if they span their memory; otherwise they are copied
 */
export function decode(dataKind: number, bytes: Uint8Array, given: boolean): unknown {
  if (dataKind === STRUCTURED) return decodeStructured(bytes);
  const kind = kindOrFail(dataKind);
  const own = given && spansItsBuffer(bytes) ? bytes : copyOf(bytes);
  return kind.view(own.buffer as ArrayBuffer, 0, own.length / kind.bytesPerElement);
}

/** Copy the bytes of a typed array into one that `checkFit` found fit. */
export function decodeInto(bytes: Uint8Array, into: TypedArray): void {
  const room = bytesOf(into);
  const { length } = bytes;
  if (length > SHORT_BYTES) room.set(bytes);
  else for (let n = 0; n < length; n += 1) room[n] = bytes[n] as number;
}

/**
 * Count a message in elements: of its typed array, or 1 for any other value.
 *
 * An array of a kind that this engine lacks is counted in bytes: it can be seen, but not received.
 */
export function countOf(dataKind: number, bytes: number): number {
  return dataKind === STRUCTURED ? 1 : bytes / (arrayKindById(dataKind)?.bytesPerElement ?? 1);
}

/**
 * Find out why a message cannot be received into this array, if so.
 *
 * The element types must agree; a Buffer, an ArrayBuffer and a DataView count as bytes.
 */
export function misfit(
  dataKind: number,
  bytes: number,
  into: TypedArray,
): { readonly code: 'ERR_TYPE' | 'ERR_TRUNCATE'; readonly text: string } | undefined {
  if (dataKind === BYTES && isPlainBytes(into) && bytes <= into.length) return undefined;
  if (bytes <= into.byteLength && dataKind === arrayKindOf(into)?.id) return undefined;
  const room = `${arrayKindOf(into)?.name}(${into.length})`;
  if (dataKind === STRUCTURED) {
    return {
      code: 'ERR_TYPE',
      text: `the message is an object, not a typed array, and cannot be put into ${room}; receive it without into`,
    };
  }
  const sent = arrayKindById(dataKind);
  if (sent === undefined) return { code: 'ERR_TYPE', text: unknownKind(dataKind) };
  const count = bytes / sent.bytesPerElement;
  if (elementType(sent) !== elementType(arrayKindOf(into))) {
    return {
      code: 'ERR_TYPE',
      text: `the message is ${sent.name}(${count}), but into is ${room}; both sides must use the same element type`,
    };
  }
  if (bytes > into.byteLength) {
    return {
      code: 'ERR_TRUNCATE',
      text: `the message is ${sent.name}(${count}), but into is ${room} and too short; probe() first and size it by status.count, or receive without into`,
    };
  }
  return undefined;
}

function elementType(kind: ArrayKind | undefined): string | undefined {
  const name = kind?.name;
  const isBytes = ['ArrayBuffer', 'DataView', 'Buffer', 'Uint8ClampedArray'].includes(name ?? '');
  return isBytes ? 'Uint8Array' : name;
}

function kindOrFail(id: number): ArrayKind {
  const kind = arrayKindById(id);
  if (kind !== undefined) return kind;
  throw new MpiError('ERR_TYPE', unknownKind(id));
}

function unknownKind(id: number): string {
  return `the message is a typed array of kind ${id}, which this version of Node does not have`;
}

/** Copy bytes into memory of their own. Not by `slice`, which for a Buffer copies nothing. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Tell whether a view shows the whole of its memory, so that keeping it keeps nothing else alive. */
export function spansItsBuffer(bytes: Uint8Array): boolean {
  return bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
}
