import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Channel } from '../channel.ts';
import { Accumulator } from '../reduction/accumulator.ts';

/**
 * Combine the values of all ranks up to each, that one included.
 *
 * Each rank waits for the result of the rank below, adds its value, and hands that on. p - 1 steps, p - 1 messages of n bytes in
 * all: the fewest that there can be.
 *
 * @see MPI-4.1 §6.11.1
 */
export async function linear(
  channel: Channel,
  op: Op,
  value: unknown,
  into?: TypedArray,
): Promise<unknown> {
  const { rank, size } = channel;
  const total = new Accumulator(channel, op, value, into);
  if (rank > 0) total.add(await channel.receive(rank - 1, total.room), false);
  const result = total.finish();
  if (rank + 1 < size) await channel.send(result, rank + 1);
  return result;
}
