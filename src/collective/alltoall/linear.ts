import type { Packed } from '../../codec/payload.ts';
import type { Request } from '../../request/request.ts';
import { sendEach } from '../block/send-all.ts';
import { allSent, type Channel, type Places } from '../channel.ts';

/**
 * Bring from each rank one block to each other, all at once.
 *
 * p (p - 1) messages, each of one block, in whatever order they come. No rank waits for another that is late; but messages of all may meet
 * at one.
 *
 * @param blocks  that for each rank
 * @param places  where this rank wants that from each
 * @returns the block from each rank
 * @see MPI-4.1 §6.8
 */
export async function linear(
  channel: Channel,
  blocks: readonly Packed[],
  places?: Places,
): Promise<Packed[]> {
  const { rank, size } = channel;
  const received: Packed[] = new Array(size);
  received[rank] = blocks[rank] as Packed;
  const receives: Request<Packed>[] = [];
  for (let step = 1; step < size; step += 1) {
    const source = (rank - step + size) % size;
    receives.push(channel.receivePacked(source, places?.(source), true));
  }
  const sends = sendEach(channel, blocks);
  for (const [n, receive] of receives.entries()) {
    received[(rank - n - 1 + size) % size] = await receive;
  }
  if (sends.length > 0) await allSent(sends);
  return received;
}
