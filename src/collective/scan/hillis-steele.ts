import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Request } from '../../request/request.ts';
import type { Channel } from '../channel.ts';
import { Accumulator } from '../reduction/accumulator.ts';

/**
 * Combine the values of all ranks up to each, that one included.
 *
 * In round k each rank hands what it has to the rank 2^k above it, and so comes to have the result of 2^(k+1)
 * ranks that end with it. ceil(log2 p) rounds, p - 2^k messages of n bytes in round k.
 *
 * @see MPI-4.1 §6.11.1; Hillis & Steele 1986
 */
export async function hillisSteele(
  channel: Channel,
  op: Op,
  value: unknown,
  into?: TypedArray,
): Promise<unknown> {
  const { rank, size } = channel;
  const total = new Accumulator(channel, op, value, into);
  for (let distance = 1; distance < size; distance *= 2) {
    let sent: Request<void> | undefined;
    if (rank + distance < size) sent = channel.send(total.value, rank + distance);
    const theirs =
      rank >= distance ? await channel.receive(rank - distance, total.room) : undefined;
    if (sent?.test() === false) await sent;
    if (rank >= distance) total.add(theirs, false);
  }
  return total.finish();
}
