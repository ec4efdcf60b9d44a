import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import type { Channel } from '../channel.ts';
import { copyInto, freshLike } from '../reduction/memory.ts';
import { type Blocks, cut } from './blocks.ts';
import { type Layout, reduceByHalves } from './halving.ts';

/**
 * Combine the blocks that all ranks have for this one, in the order of ranks.
 *
 * Recursive halving that begins with the next rank, so that always neighbours are combined. For that each rank first puts
 * its blocks in another order, in which the block of a rank stands where its number says, read backwards bit by bit: then
 * those of the ranks with the same lowest bits are together. log2 p rounds, (p - 1) n / p bytes from each rank; where p is no power of
 * two, as for recursive halving.
 *
 * @see MPI-4.1 §6.10; Bernaschi, Iannello & Lauria 2003; Träff 2005
 */
export function bitReversal(
  channel: Channel,
  op: Op,
  blocks: Blocks,
  offsets: readonly number[],
  into?: TypedArray,
): Promise<unknown> {
  return reduceByHalves(channel, op, blocks, offsets, into, nearestFirst);
}

function nearestFirst(blocks: Blocks, bounds: readonly number[]): Layout {
  const power = bounds.length - 1;
  const masks: number[] = [];
  for (let mask = 1; mask < power; mask *= 2) masks.push(mask);
  const order = Array.from({ length: power }, (_, place) => reversed(place, masks.length));
  const parts = order.map((number) =>
    cut(blocks, bounds[number] as number, bounds[number + 1] as number),
  );
  const moved = [0];
  for (const part of parts) moved.push((moved.at(-1) as number) + part.length);
  return { blocks: joined(blocks, parts, moved), bounds: moved, masks };
}

function joined(blocks: Blocks, parts: readonly Blocks[], bounds: readonly number[]): Blocks {
  if (!isTypedArray(blocks)) return parts.flatMap((part) => [...(part as readonly unknown[])]);
  const all = freshLike(blocks);
  for (const [at, part] of parts.entries()) {
    copyInto(all.subarray(bounds[at], bounds[at + 1]), part as TypedArray);
  }
  return all;
}

/** Read so many bits of a number backwards. */
function reversed(number: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit += 1) result = result * 2 + ((number >> bit) & 1);
  return result;
}
