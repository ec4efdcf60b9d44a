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
export function linear(
  channel: Channel,
  root: number,
  block: Packed,
  places?: Places,
): Promise<Packed[] | undefined> | undefined {
  if (channel.rank === root) return receiveAll(channel, block, places);
  const send = channel.send(block, root);
  return send.test() ? undefined : send.then(() => undefined);
}

async function receiveAll(
  channel: Channel,
  own: Packed,
  places: Places | undefined,
): Promise<Packed[]> {
  const { rank, size } = channel;
  const receives: (Request<Packed> | undefined)[] = [];
  for (let source = 0; source < size; source += 1) {
    const room = places?.(source);
    receives.push(source === rank ? undefined : channel.receivePacked(source, room));
  }
  const blocks: Packed[] = [];
  for (const receive of receives) blocks.push(receive === undefined ? own : await receive);
  return blocks;
}
