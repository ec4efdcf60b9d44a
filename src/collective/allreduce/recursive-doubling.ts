import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Channel } from '../channel.ts';
import { Accumulator } from '../reduction/accumulator.ts';
import { Folding } from '../reduction/folding.ts';

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
  const folding = new Folding(size);
  const partner = folding.partnerOf(rank);
  if (partner !== undefined && folding.handsOver(rank)) {
    await channel.send(value, partner);
    return await channel.receive(partner, into);
  }
  const total = new Accumulator(channel, op, value, into);
  if (partner !== undefined) total.add(await channel.receive(partner, total.room), true);
  const number = folding.fold(rank);
  for (let mask = 1; mask < folding.power; mask *= 2) {
    const other = folding.unfold(number ^ mask);
    // As `sendReceive`, without a function that is waited for: it would take a tenth of a short message's time.
    const sent = channel.send(total.value, other);
    const theirs = await channel.receive(other, total.room, true);
    if (!sent.test()) await sent;
    total.add(theirs, other > rank);
  }
  const result = total.finish();
  if (partner !== undefined) await channel.send(result, partner);
  return result;
}
