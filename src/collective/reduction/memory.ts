import { arrayKindOf, type TypedArray } from '../../base/array-kind.ts';
import { assert } from '../../base/error.ts';
import { Packed } from '../../codec/payload.ts';
import { isTypedArray } from '../../op/typed-array.ts';

/** Make an array of the kind of another, of so many elements; all are 0. */
export function freshLike(array: TypedArray, count: number = array.length): TypedArray {
  // The commonest one: the engine makes short ones much faster if it may choose their memory itself.
  if (array.constructor === Float64Array) return new Float64Array(count);
  const kind = arrayKindOf(array);
  assert(kind !== undefined, 'a typed array has a kind');
  return kind.view(new ArrayBuffer(count * kind.bytesPerElement), 0, count) as TypedArray;
}

/** Copy the elements of a typed array into another of its kind that is as long. */
export function copyInto(target: TypedArray, source: TypedArray): TypedArray {
  // Both are of one kind, which the union of all kinds cannot say.
  target.set(source as never);
  return target;
}

/**
 * Copy a value as if it had been sent.
 *
 * @throws MpiError `ERR_TYPE` if it cannot be sent
 */
export function copyOfValue(value: unknown): unknown {
  if (isTypedArray(value)) return copyInto(freshLike(value), value);
  return typeof value === 'object' && value !== null ? Packed.of(value).unpack() : value;
}
