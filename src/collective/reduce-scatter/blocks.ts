import type { TypedArray } from '../../base/array-kind.ts';
import { show, showItems } from '../../base/show.ts';
import { Op } from '../../op/op.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import { type Caller, wrong } from '../../pt2pt/check.ts';

/** What is to be combined and scattered: a typed array in blocks, or a list with one value for each rank. */
export type Blocks = TypedArray | readonly unknown[];

/** The blocks of some neighbouring ranks, or a part of one: of a typed array the memory itself. */
export function cut(blocks: Blocks, from: number, to: number): Blocks {
  return isTypedArray(blocks) ? blocks.subarray(from, to) : blocks.slice(from, to);
}

/** Combines lists of values that belong to different ranks, each value for itself. */
export class ListOp extends Op<readonly unknown[]> {
  readonly #op: Op;

  constructor(op: Op) {
    super(op.name, op.commutative, false);
    this.#op = op;
  }

  override combine<U extends readonly unknown[]>(left: U, right: U): U {
    return left.map((value, at) => this.#op.combine(value, right[at])) as readonly unknown[] as U;
  }

  override check(values: readonly unknown[]): void {
    for (const value of values) this.#op.check(value);
  }
}

/**
 * Find where the block of each rank begins, and where the last one ends.
 *
 * @param unit  so many elements belong together
 * @throws MpiError `ERR_COUNT` if the array cannot be cut like that
 */
export function offsetsOf(
  caller: Caller,
  call: string,
  array: TypedArray,
  unit: number,
  counts: readonly number[] | undefined,
): number[] {
  const { size } = caller;
  const { length } = array;
  if (counts === undefined) {
    if (length % (size * unit) !== 0) {
      const pieces = unit === 1 ? `${size} ranks` : `${size} ranks in groups of ${unit}`;
      const text = `${length} elements cannot be shared out evenly among ${pieces}; give counts`;
      throw wrong(caller, call, 'ERR_COUNT', text);
    }
    return Array.from({ length: size + 1 }, (_, rank) => (length / size) * rank);
  }
  const isList = Array.isArray(counts) && counts.length === size;
  if (!isList || !counts.every((count) => Number.isInteger(count) && count >= 0)) {
    const text = `counts must be a list of ${size} integers from 0, one for each rank, not ${showItems(counts)}`;
    throw wrong(caller, call, 'ERR_COUNT', text);
  }
  const uneven = counts.find((count) => count % unit !== 0);
  if (uneven !== undefined) {
    const text = `a count of ${uneven} cuts apart what belongs together; counts must be multiples of ${unit}`;
    throw wrong(caller, call, 'ERR_COUNT', text);
  }
  const offsets = [0];
  for (const count of counts) offsets.push((offsets.at(-1) as number) + count);
  if (offsets[size] !== length) {
    const text = `counts ${showItems(counts)} make ${offsets[size]} elements, but the array has ${length}`;
    throw wrong(caller, call, 'ERR_COUNT', text);
  }
  return offsets;
}

/** Find the place of each value of a list. @throws MpiError `ERR_TYPE` or `ERR_COUNT` if it is none, or too short or long */
export function checkList(caller: Caller, call: string, values: unknown): readonly unknown[] {
  const { size } = caller;
  if (!Array.isArray(values)) {
    const text = `give a typed array, or a list with one value for each of ${size} ranks, not ${show(values)}`;
    throw wrong(caller, call, 'ERR_TYPE', text);
  }
  if (values.length !== size) {
    const text = `the list has ${values.length} values; give one for each of ${size} ranks`;
    throw wrong(caller, call, 'ERR_COUNT', text);
  }
  return values;
}
