import { type ArrayKind, arrayKindOf, type TypedArray } from '../base/array-kind.ts';
import { assert } from '../base/error.ts';
import { countsDiffer, kindsDiffer } from './refusal.ts';

/** Those whose elements are bigints. */
export type BigIntArray = BigInt64Array | BigUint64Array;
/** Those whose elements are numbers. */
export type NumberArray = Exclude<TypedArray, BigIntArray>;
/** Those whose elements are integers. */
export type IntegerArray = Exclude<TypedArray, Float32Array | Float64Array>;

/** Tell a typed array from any other value; a DataView is none. */
export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Tell whether the elements are bigints. */
export function isBigIntArray(array: TypedArray): array is BigIntArray {
  return array instanceof BigInt64Array || array instanceof BigUint64Array;
}

/** Tell whether both have the same elements: a Buffer has those of a Uint8Array. */
export function isSameKind(left: TypedArray, right: TypedArray): boolean {
  return elementsOf(arrayKindOf(left)) === elementsOf(arrayKindOf(right));
}

/**
 * Find the kind that two typed arrays have in common.
 *
 * @throws Refusal `ERR_TYPE` or `ERR_COUNT` if they differ in kind or length
 */
export function commonKind(op: string, left: TypedArray, right: TypedArray): ArrayKind {
  const kind = arrayKindOf(left);
  const other = arrayKindOf(right);
  if (kind === undefined || elementsOf(kind) !== elementsOf(other)) {
    throw kindsDiffer(op, left, right);
  }
  if (left.length !== right.length) throw countsDiffer(op, left.length, right.length);
  return kind;
}

/** Where the result goes: the array that the caller gave, or a new one. */
export function targetOf(into: TypedArray | undefined, kind: ArrayKind, count: number): TypedArray {
  if (into === undefined) {
    return kind.view(new ArrayBuffer(count * kind.bytesPerElement), 0, count) as TypedArray;
  }
  assert(into.length === count, `a result of ${count} elements was to fill ${into.length}`);
  return into;
}

function elementsOf(kind: ArrayKind | undefined): string | undefined {
  return kind?.name === 'Buffer' ? 'Uint8Array' : kind?.name;
}
