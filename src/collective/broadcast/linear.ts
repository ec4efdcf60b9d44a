import type { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import type { Channel } from '../channel.ts';
import { sendAll } from '../send-all.ts';

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
export async function linear(
  channel: Channel,
  root: number,
  value: Packed | undefined,
  room?: Room,
): Promise<Packed> {
  if (value === undefined) return await channel.receivePacked(root, room);
  await sendAll(channel, new Array(channel.size).fill(value));
  return value;
}
