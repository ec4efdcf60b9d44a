import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Channel } from '../channel.ts';
import { Accumulator } from './accumulator.ts';

/**
 * Receive a value from every other rank, and combine all in their order.
 *
 * @param value  of this rank
 * @returns the result, in `into` if that was given
 */
export async function combineInOrder(
  channel: Channel,
  op: Op,
  value: unknown,
  into: TypedArray | undefined,
): Promise<unknown> {
  const { rank, size } = channel;
  let below: Accumulator | undefined;
  for (let source = 0; source < rank; source += 1) {
    const theirs = await channel.receive(source, below?.room);
    if (below === undefined) below = Accumulator.withReceived(channel, op, theirs);
    else below.add(theirs, true);
  }
  const total = new Accumulator(channel, op, value, into);
  if (below !== undefined) {
    total.add(below.value, false);
    below.releaseRoom();
  }
  for (let source = rank + 1; source < size; source += 1) {
    total.add(await channel.receive(source, total.room), true);
  }
  return total.finish();
}
