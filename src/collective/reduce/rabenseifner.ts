import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Channel } from '../channel.ts';
import { Folding } from '../reduction/folding.ts';
import { halve } from '../reduction/halving.ts';
import { partOf, restOf, type Segment } from '../reduction/segment.ts';

/**
 * Combine the arrays of all ranks on the root.
 *
 * First the array is halved again and again, as `halve` says, until each rank has the result for a segment; then the segments are
 * gathered up a binomial tree. Where p is no power of two, the first ranks go in pairs, of which one hands its array over
 * before. 2 log2 p steps, about 2 n bytes from and to each rank at the most.
 *
 * @returns the result on the root, undefined on the others
 * @see MPI-4.1 §6.9.1; Rabenseifner 2004
 */
export async function rabenseifner(
  channel: Channel,
  op: Op,
  value: TypedArray,
  into: TypedArray,
  root: number,
): Promise<TypedArray | undefined> {
  const { rank, size } = channel;
  const folding = new Folding(size, root);
  const segments = await halve(channel, op, folding, value, into);
  if (segments === undefined) return undefined;
  const number = folding.fold(rank);
  const rootNumber = folding.fold(root);
  for (let mask = folding.power / 2; mask >= 1; mask /= 2) {
    const mine = segments.pop() as Segment;
    const other = folding.unfold(number ^ mask);
    if ((number & mask) !== (rootNumber & mask)) {
      await channel.send(partOf(into, mine), other);
      return undefined;
    }
    await channel.receive(other, partOf(into, restOf(segments.at(-1) as Segment, mine)));
  }
  return into;
}
