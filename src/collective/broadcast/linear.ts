import type { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import { sendSame } from '../block/send-all.ts';
import { allSent, type Channel } from '../channel.ts';

/**
 * Bring a value from the root to all, directly.
 *
 * p - 1 messages of n bytes, all from the root. On one host the others copy a long value out of the memory of the root, at the same time and
 * without waiting for each other.
 *
 * @param value  on the root alone
 * @param room  where the others want it
 * @see MPI-4.1 §6.4
 */
export function linear(
  channel: Channel,
  root: number,
  value: Packed | undefined,
  room?: Room,
): Packed | Promise<Packed> {
  if (value === undefined) return channel.receivePacked(root, room);
  const sends = sendSame(channel, value);
  return sends.length === 0 ? value : allSent(sends).then(() => value);
}
