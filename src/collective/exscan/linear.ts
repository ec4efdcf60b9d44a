import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Channel } from '../channel.ts';
import { Accumulator } from '../reduction/accumulator.ts';

/**
 * Combine the values of all ranks below each.
 *
 * Each rank waits for the result of the ranks below, adds its value, and hands that on. p - 1 steps, p - 1 messages of n bytes
 * in all: the fewest that there can be.
 *
 * @returns undefined on rank 0
 * @see MPI-4.1 §6.11.2
 */
export async function linear(
  channel: Channel,
  op: Op,
  value: unknown,
  into?: TypedArray,
): Promise<unknown> {
  const { rank, size } = channel;
  const total = new Accumulator(channel, op, value);
  if (rank === 0) {
    if (size > 1) await channel.send(value, 1);
    return undefined;
  }
  const below = Accumulator.withReceived(
    channel,
    op,
    await channel.receive(rank - 1, total.room),
    into,
  );
  if (rank + 1 < size) {
    total.add(below.value, false);
    await channel.send(total.value, rank + 1);
  }
  // The value may lie in `into`: it is not needed any more.
  return below.finish();
}
