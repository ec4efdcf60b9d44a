import type { Packed } from '../../codec/payload.ts';
import type { Request } from '../../request/request.ts';
import type { Channel, Places } from '../channel.ts';

/**
 * Bring the block of each rank to the root, directly.
 *
 * p - 1 messages, each of one block. Nothing is copied on the way: on one host the root takes each block out of the memory of its
 * rank. The root is busy with each of them.
 *
 * @param places  where the root wants each
 * @returns the blocks by rank, on the root alone
 * @see MPI-4.1 §6.5
 */
export async function linear(
  channel: Channel,
  root: number,
  block: Packed,
  places?: Places,
): Promise<Packed[] | undefined> {
  const { rank, size } = channel;
  if (rank !== root) {
    await channel.send(block, root);
    return undefined;
  }
  const receives: (Request<Packed> | undefined)[] = [];
  for (let source = 0; source < size; source += 1) {
    const room = places?.(source);
    receives.push(source === root ? undefined : channel.receivePacked(source, room));
  }
  const blocks: Packed[] = [];
  for (const receive of receives) blocks.push(receive === undefined ? block : await receive);
  return blocks;
}
