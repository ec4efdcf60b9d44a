import type { TypedArray } from '../../base/array-kind.ts';
import { MpiError } from '../../base/error.ts';
import { show } from '../../base/show.ts';
import type { Op, OpLike } from '../../op/op.ts';
import { opOf } from '../../op/op-of.ts';
import { isSameKind, isTypedArray } from '../../op/typed-array.ts';
import { type Caller, checkInto, wrong } from '../../pt2pt/check.ts';
import { overlap, showArray } from '../block/value.ts';

/**
 * Find the op that was meant, and make sure that it can take the value.
 *
 * @throws MpiError `ERR_OP`
 */
export function checkOp(caller: Caller, call: string, op: unknown, value: unknown): Op {
  const found = checkOpAlone(caller, call, op);
  try {
    found.check(value);
    return found;
  } catch (error) {
    if (!(error instanceof MpiError)) throw error;
    throw wrong(caller, call, error.code, error.message);
  }
}

/** Find the op that was meant, on a rank that gives no value. @throws MpiError `ERR_OP` */
export function checkOpAlone(caller: Caller, call: string, op: unknown): Op {
  try {
    return opOf(op as OpLike<unknown>);
  } catch (error) {
    if (!(error instanceof MpiError)) throw error;
    throw wrong(caller, call, error.code, error.message);
  }
}

/**
 * @param result  an array such as the result will be; any other value if it will be none
 * @throws MpiError `ERR_BUFFER`, `ERR_TYPE` or `ERR_COUNT` unless `into` can take the result
 */
export function checkResultInto(
  caller: Caller,
  call: string,
  into: TypedArray,
  result: unknown,
): void {
  checkInto(caller, call, into);
  if (!isTypedArray(result)) {
    const text = `into is for typed arrays, and the value is ${show(result)}; leave out into, and use what is returned`;
    throw wrong(caller, call, 'ERR_TYPE', text);
  }
  const isKind = isSameKind(into, result);
  if (isKind && into.length === result.length) return;
  const text = `into is ${showArray(into)}, but the result will be ${showArray(result)}; both must have the same ${isKind ? 'length' : 'element type'}`;
  throw wrong(caller, call, isKind ? 'ERR_COUNT' : 'ERR_TYPE', text);
}

/** @throws MpiError `ERR_BUFFER` if `into` shares memory with the value, but is not the same */
export function checkApart(caller: Caller, call: string, into: TypedArray, value: unknown): void {
  if (!isTypedArray(value) || isSameMemory(into, value) || !overlap(into, value)) return;
  const text = 'into overlaps the value; give it memory of its own, or the value itself';
  throw wrong(caller, call, 'ERR_BUFFER', text);
}

/** Tell whether an array lies exactly where another value does. */
export function isSameMemory(array: TypedArray, value: unknown): boolean {
  if (array === value) return true;
  if (!isTypedArray(value) || array.buffer !== value.buffer) return false;
  return array.byteOffset === value.byteOffset && array.byteLength === value.byteLength;
}

/** Copy what the op returned in the end. @throws MpiError `ERR_OP` if it does not fit */
export function fill(into: TypedArray, op: Op, result: unknown): void {
  const isArray = isTypedArray(result);
  if (isArray && isSameKind(result, into) && result.length === into.length) {
    into.set(result as never);
    return;
  }
  const returned = isArray ? showArray(result) : show(result);
  const text = `${op.name} returned ${returned}, but into is ${showArray(into)}; return such an array, or leave out into`;
  throw new MpiError('ERR_OP', text);
}
