import type { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import type { Request } from '../../request/request.ts';
import { allSent, type Channel } from '../channel.ts';

/**
 * Bring a value from the root to all, down a binomial tree.
 *
 * Ranks are counted from the root. Each receives from the rank without its lowest bit, and then sends to those with one
 * more bit below that, the farthest first, as it has the largest tree below it. ceil(log2 p) steps, p - 1 messages of n bytes.
 *
 * @param value  on the root alone
 * @param room  where the others want it
 * @see MPI-4.1 §6.4; Johnsson & Ho 1989
 */
export async function binomial(
  channel: Channel,
  root: number,
  value: Packed | undefined,
  room?: Room,
): Promise<Packed> {
  const { rank, size } = channel;
  const vrank = (rank - root + size) % size;
  let mask = 1;
  while (mask < size && (vrank & mask) === 0) mask *= 2;
  const packed = value ?? (await channel.receivePacked((vrank - mask + root) % size, room));
  const sends: Request<void>[] = [];
  for (mask /= 2; mask >= 1; mask /= 2) {
    if (vrank + mask < size) sends.push(channel.send(packed, (vrank + mask + root) % size));
  }
  await allSent(sends);
  return packed;
}
