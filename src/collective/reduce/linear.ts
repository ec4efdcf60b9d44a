import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Channel } from '../channel.ts';
import { combineInOrder } from '../reduction/in-order.ts';

/**
 * Combine the values of all ranks on the root.
 *
 * Every rank sends its value to the root, which combines all in the order of ranks. p - 1 steps of the root, p - 1 messages of n
 * bytes.
 *
 * @returns the result on the root, undefined on the others
 * @see MPI-4.1 §6.9.1
 */
export async function linear(
  channel: Channel,
  op: Op,
  value: unknown,
  into: TypedArray | undefined,
  root: number,
): Promise<unknown> {
  if (channel.rank === root) return await combineInOrder(channel, op, value, into);
  await channel.send(value, root);
  return undefined;
}
