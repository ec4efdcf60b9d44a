import { arrayKindById, arrayKindOf, type TypedArray } from '../../base/array-kind.ts';
import { MpiError } from '../../base/error.ts';
import { copyOf, decodeInto, misfit, Packed, STRUCTURED } from '../../codec/payload.ts';
import { isLimited, type Limits } from '../../match/limits.ts';
import type { Room } from '../../match/receive-operation.ts';
import type { Caller } from '../../pt2pt/check.ts';

/**
 * Pack a value that a rank contributes.
 *
 * @param copy  whether the memory of the user may change while it is sent
 * @param name  of the value, in errors
 * @throws MpiError `ERR_TYPE` for what cannot be sent, with its place inside the value
 */
export function pack(
  caller: Caller,
  call: string,
  value: unknown,
  copy: boolean,
  name: string = 'value',
): Packed {
  try {
    const packed = Packed.of(value);
    return copy ? ownCopy(packed) : packed;
  } catch (error) {
    if (!(error instanceof MpiError)) throw error;
    const { who, ownWorldRank: rank } = caller;
    const text = error.message.replace(/^value\b/, name);
    throw new MpiError(error.code, `${who}: ${call}: ${text}`, { rank });
  }
}

/** Copy what still lies in the memory of the user. */
export function ownCopy(packed: Packed): Packed {
  const { dataKind, bytes } = packed;
  return dataKind === STRUCTURED ? packed : new Packed(dataKind, copyOf(bytes));
}

/** Offer an array to what comes, if it fits; what does not is received all the same, so that nobody is held up. */
export function roomIn(into: TypedArray | undefined, limits: Limits): Room | undefined {
  if (into === undefined || isLimited(limits)) return undefined;
  return (dataKind, bytes) => (misfit(dataKind, bytes, into) === undefined ? into : undefined);
}

/**
 * Make the value that the user gets.
 *
 * @param into  filled and returned, if it is given
 * @throws MpiError `ERR_TYPE` or `ERR_TRUNCATE` if it does not fit
 */
export function unpackInto(packed: Packed, into: TypedArray | undefined): unknown {
  if (into === undefined) return packed.unpack();
  const { dataKind, bytes } = packed;
  const trouble = misfit(dataKind, bytes.length, into);
  if (trouble !== undefined) {
    const what = `what came is ${describe(packed)}, but into is ${showArray(into)}`;
    const text =
      trouble.code === 'ERR_TRUNCATE'
        ? `${what} and too short; make it as long as what is sent, or leave it out`
        : `${what}; give an array of the same element type, or leave it out`;
    throw new MpiError(trouble.code, text);
  }
  if (!isAt(bytes, into, 0)) decodeInto(bytes, into);
  return into;
}

/** Tell whether these bytes are the ones that an array has from this offset on. */
export function isAt(bytes: Uint8Array, array: TypedArray, offset: number): boolean {
  return bytes.byteOffset === array.byteOffset + offset && bytes.buffer === array.buffer;
}

/** Tell whether two views share any byte. */
export function overlap(one: ArrayBufferView, other: ArrayBufferView): boolean {
  if (one.buffer !== other.buffer) return false;
  const first = Math.max(one.byteOffset, other.byteOffset);
  const end = Math.min(one.byteOffset + one.byteLength, other.byteOffset + other.byteLength);
  return first < end;
}

/** Name a value that travels: `Float64Array(3)`, `an object`. */
export function describe({ dataKind, bytes }: Packed): string {
  if (dataKind === STRUCTURED) return 'an object';
  const kind = arrayKindById(dataKind);
  if (kind === undefined) return `a typed array of kind ${dataKind}`;
  return `${kind.name}(${bytes.length / kind.bytesPerElement})`;
}

/** Show kind and length: `Float64Array(3)`. */
export function showArray(array: TypedArray): string {
  return `${nameOf(array)}(${array.length})`;
}

/** The kind of a typed array, as errors name it. */
export function nameOf(array: TypedArray): string {
  return arrayKindOf(array)?.name ?? 'no typed array';
}
