import { arrayKindOf, bytesOf, type TypedArray } from '../../base/array-kind.ts';
import { Packed } from '../../codec/payload.ts';
import type { Caller } from '../../pt2pt/check.ts';
import type { Arrangement } from './check-blocks.ts';
import { ownCopy, pack } from './value.ts';

/**
 * Pack one block for each rank: the items of a list, or the parts of one array. Arguments are checked.
 *
 * @param copy  whether the memory of the user may change while they are sent
 */
export function packBlocks(
  caller: Caller,
  call: string,
  values: readonly unknown[] | TypedArray,
  arrangement: Arrangement,
  copy: boolean,
): Packed[] {
  if (ArrayBuffer.isView(values)) return cut(values, caller.size, arrangement, copy);
  // Unlike map, from visits the holes of a sparse array.
  return Array.from(values, (value, n) => pack(caller, call, value, copy, `values[${n}]`));
}

/** Cut an array into the parts that go to the ranks. */
function cut(
  array: TypedArray,
  size: number,
  { counts, displacements }: Arrangement,
  copy: boolean,
): Packed[] {
  const { id, bytesPerElement } = arrayKindOf(array) as { id: number; bytesPerElement: number };
  const all = copy ? ownCopy(new Packed(id, bytesOf(array))).bytes : bytesOf(array);
  const blocks: Packed[] = [];
  let next = 0;
  for (let rank = 0; rank < size; rank += 1) {
    const count = counts === undefined ? array.length / size : (counts[rank] as number);
    const start = displacements === undefined ? next : (displacements[rank] as number);
    next = start + count;
    const part = all.subarray(start * bytesPerElement, next * bytesPerElement);
    blocks.push(new Packed(id, part));
  }
  return blocks;
}
