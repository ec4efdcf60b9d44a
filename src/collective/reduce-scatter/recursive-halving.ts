import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Channel } from '../channel.ts';
import type { Blocks } from './blocks.ts';
import { type Layout, reduceByHalves } from './halving.ts';

/**
 * Combine the blocks that all ranks have for this one.
 *
 * Ranks exchange halves with the rank half the world away, then a quarter and so on, and keep the half that has their own
 * block. The ranks that are combined so are no neighbours, so the op must commute. log2 p rounds, (p - 1) n / p bytes from each
 * rank; where p is no power of two, about p / 3 ranks hand over n bytes before, and get n / p after.
 *
 * @see MPI-4.1 §6.10; Thakur, Rabenseifner & Gropp 2005
 */
export function recursiveHalving(
  channel: Channel,
  op: Op,
  blocks: Blocks,
  offsets: readonly number[],
  into?: TypedArray,
): Promise<unknown> {
  return reduceByHalves(channel, op, blocks, offsets, into, farthestFirst);
}

function farthestFirst(blocks: Blocks, bounds: readonly number[]): Layout {
  const masks: number[] = [];
  for (let mask = (bounds.length - 1) / 2; mask >= 1; mask /= 2) masks.push(mask);
  return { blocks, bounds, masks };
}
