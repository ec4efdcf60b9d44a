import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import { type Channel, sendReceive } from '../channel.ts';
import { Folding } from '../reduction/folding.ts';
import { halve } from '../reduction/halving.ts';
import { partOf, restOf, type Segment } from '../reduction/segment.ts';

/**
 * Combine the arrays of all ranks, and have the result on each.
 *
 * First the array is halved again and again, as `halve` says, until each rank has the result for a segment; then the
 * same exchanges the other way round bring together what was halved. Where p is no power of two, the odd ranks among the first hand
 * their array over before, and get the result after. 2 log2 p rounds, 2 (p - 1) n / p bytes from each rank.
 *
 * @see MPI-4.1 §6.9.6; Rabenseifner 2004
 */
export async function rabenseifner(
  channel: Channel,
  op: Op,
  value: TypedArray,
  into: TypedArray,
): Promise<TypedArray> {
  const { rank, size } = channel;
  const folding = new Folding(size);
  const partner = folding.partnerOf(rank);
  const segments = await halve(channel, op, folding, value, into);
  if (segments === undefined) {
    await channel.receive(partner as number, into);
    return into;
  }
  const number = folding.fold(rank);
  for (let mask = folding.power / 2; mask >= 1; mask /= 2) {
    const mine = segments.pop() as Segment;
    const theirs = restOf(segments.at(-1) as Segment, mine);
    const other = folding.unfold(number ^ mask);
    await sendReceive(channel, partOf(into, mine), other, other, partOf(into, theirs));
  }
  if (partner !== undefined) await channel.send(into, partner);
  return into;
}
