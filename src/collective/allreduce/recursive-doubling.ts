import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import { Accumulator } from '../accumulator.ts';
import { type Channel, sendReceive } from '../channel.ts';
import { foldedRank, foldingOf, unfoldedRank } from '../power-of-two.ts';

/**
 * Combine the values of all ranks, and have the result on each.
 *
 * In round k each rank exchanges what it has with the rank whose number differs in bit k. So it always has the result of 2^k
 * neighbours, and those of lower rank come first. Where p is no power of two, the odd ranks among the first hand their
 * value over before, and get the result after. log2 p rounds, or floor(log2 p) + 2, of n bytes from each rank.
 *
 * @see MPI-4.1 §6.9.6; Thakur, Rabenseifner & Gropp 2005
 */
export async function recursiveDoubling(
  channel: Channel,
  op: Op,
  value: unknown,
  into?: TypedArray,
): Promise<unknown> {
  const { rank, size } = channel;
  const folding = foldingOf(size);
  const { power, rest } = folding;
  const isPaired = rank < 2 * rest;
  if (isPaired && rank % 2 === 1) {
    await channel.send(value, rank - 1);
    return await channel.receive(rank - 1, into);
  }
  const total = new Accumulator(op, value, into);
  if (isPaired) total.add(await channel.receive(rank + 1, total.room), true);
  const folded = foldedRank(folding, rank);
  for (let mask = 1; mask < power; mask *= 2) {
    const partner = unfoldedRank(folding, folded ^ mask);
    const theirs = await sendReceive(channel, total.value, partner, partner, total.room);
    total.add(theirs, partner > rank);
  }
  const { result } = total;
  if (isPaired) await channel.send(result, rank + 1);
  return result;
}
