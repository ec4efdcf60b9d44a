import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import { type Channel, sendReceive } from '../channel.ts';
import { Accumulator } from '../reduction/accumulator.ts';
import { type Blocks, cut } from './blocks.ts';

/**
 * Combine the blocks that all ranks have for this one.
 *
 * In step k each rank sends its block for the rank k above it there, and receives one from the rank k below it. These
 * come in the order of ranks, downwards from this one and then from the last. So what comes from the ranks above can be combined
 * for itself, and be added at the end. p - 1 steps, (p - 1) n / p bytes from each rank.
 *
 * @see MPI-4.1 §6.10; Thakur, Rabenseifner & Gropp 2005
 */
export async function pairwise(
  channel: Channel,
  op: Op,
  blocks: Blocks,
  offsets: readonly number[],
  into?: TypedArray,
): Promise<unknown> {
  const { rank, size } = channel;
  const blockOf = (owner: number): Blocks =>
    cut(blocks, offsets[owner] as number, offsets[owner + 1] as number);
  const total = new Accumulator(channel, op, blockOf(rank), into);
  let above: Accumulator | undefined;
  for (let distance = 1; distance < size; distance += 1) {
    const dest = (rank + distance) % size;
    const source = (rank - distance + size) % size;
    const theirs = await sendReceive(channel, blockOf(dest), dest, source, total.room);
    if (source < rank || op.commutative) {
      total.add(theirs, false);
    } else if (above === undefined) {
      above = Accumulator.withReceived(channel, op, theirs);
      total.keepRoom();
    } else {
      above.add(theirs, false);
    }
  }
  if (above !== undefined) total.add(above.value, true);
  return total.finish();
}
