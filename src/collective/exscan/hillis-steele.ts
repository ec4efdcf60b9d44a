import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Request } from '../../request/request.ts';
import type { Channel } from '../channel.ts';
import { Accumulator } from '../reduction/accumulator.ts';

/**
 * Combine the values of all ranks below each.
 *
 * As the inclusive scan: in round k each rank hands what it has to the rank 2^k above it. What arrives is combined
 * a second time, without this rank's own value. ceil(log2 p) rounds, p - 2^k messages of n bytes in round k.
 *
 * @returns undefined on rank 0
 * @see MPI-4.1 §6.11.2; Hillis & Steele 1986
 */
export async function hillisSteele(
  channel: Channel,
  op: Op,
  value: unknown,
  into?: TypedArray,
): Promise<unknown> {
  const { rank, size } = channel;
  const total = new Accumulator(channel, op, value);
  let below: Accumulator | undefined;
  for (let distance = 1; distance < size; distance *= 2) {
    let sent: Request<void> | undefined;
    if (rank + distance < size) sent = channel.send(total.value, rank + distance);
    const theirs =
      rank >= distance ? await channel.receive(rank - distance, total.room) : undefined;
    if (sent?.test() === false) await sent;
    if (rank < distance) continue;
    if (rank + 2 * distance < size) total.add(theirs, false);
    // The value may lie in `into`: it has gone into the total by now, or is not needed any more.
    if (below !== undefined) {
      below.add(theirs, false);
      continue;
    }
    below = Accumulator.withReceived(channel, op, theirs, into);
    total.keepRoom();
  }
  total.releaseRoom();
  return below?.finish();
}
