import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Request } from '../../request/request.ts';
import { allSent, type Channel } from '../channel.ts';
import { combineInOrder } from '../reduction/in-order.ts';
import { copyInto } from '../reduction/memory.ts';

/**
 * Combine the values of all ranks, and have the result on each.
 *
 * Every rank sends its value to every other, and combines all by itself, in the order of ranks. 1 step, p - 1 messages of n bytes from
 * each rank: for few ranks that share processors, so that each has to come to turn once only.
 *
 * @see MPI-4.1 §6.9.6
 */
export async function linear(
  channel: Channel,
  op: Op,
  value: unknown,
  into?: TypedArray,
): Promise<unknown> {
  const { rank, size } = channel;
  const sends: Request<void>[] = [];
  for (let step = 1; step < size; step += 1) {
    const send = channel.send(value, (rank + step) % size);
    if (!send.test()) sends.push(send);
  }
  // Where the result is to replace the value, that must have left before.
  const replaces = into === value && sends.length > 0;
  const result = await combineInOrder(channel, op, value, replaces ? undefined : into);
  await allSent(sends);
  return replaces ? copyInto(into as TypedArray, result as TypedArray) : result;
}
