import type { Packed } from '../../codec/payload.ts';
import type { Request } from '../../request/request.ts';
import { sendSame } from '../block/send-all.ts';
import { allSent, type Channel, type Places } from '../channel.ts';

/**
 * Bring the block of each rank to all, directly.
 *
 * Every rank sends its block to every other. 1 step, p (p - 1) messages, and the bytes of the ring. No rank waits for what another has to pass
 * on, which counts where ranks share processors; and on one host long blocks are copied out of the memory of their ranks.
 *
 * @param places  where this rank wants each
 * @see MPI-4.1 §6.7
 */
export async function linear(channel: Channel, block: Packed, places?: Places): Promise<Packed[]> {
  const { rank, size } = channel;
  const receives: (Request<Packed> | undefined)[] = [];
  for (let source = 0; source < size; source += 1) {
    const room = places?.(source);
    receives.push(source === rank ? undefined : channel.receivePacked(source, room, true));
  }
  const sends = sendSame(channel, block);
  const blocks: Packed[] = [];
  for (const receive of receives) blocks.push(receive === undefined ? block : await receive);
  if (sends.length > 0) await allSent(sends);
  return blocks;
}
