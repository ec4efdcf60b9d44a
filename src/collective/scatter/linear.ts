import type { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import { sendEach } from '../block/send-all.ts';
import { allSent, type Channel } from '../channel.ts';

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
export function linear(
  channel: Channel,
  root: number,
  blocks: readonly Packed[] | undefined,
  room?: Room,
): Packed | Promise<Packed> {
  if (blocks === undefined) return channel.receivePacked(root, room);
  const sends = sendEach(channel, blocks);
  const own = blocks[root] as Packed;
  return sends.length === 0 ? own : allSent(sends).then(() => own);
}
