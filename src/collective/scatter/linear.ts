import type { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import type { Channel } from '../channel.ts';
import { sendAll } from '../send-all.ts';

/**
 * Bring each rank its block from the root, directly.
 *
 * p - 1 messages, each of one block. Nothing is copied on the way: on one host each rank takes its block out of the memory of the
 * root. The root is busy with each of them.
 *
 * @param blocks  that of each rank, on the root alone
 * @param room  where the others want theirs
 * @see MPI-4.1 §6.6
 */
export async function linear(
  channel: Channel,
  root: number,
  blocks: readonly Packed[] | undefined,
  room?: Room,
): Promise<Packed> {
  if (blocks === undefined) return await channel.receivePacked(root, room);
  await sendAll(channel, blocks);
  return blocks[root] as Packed;
}
