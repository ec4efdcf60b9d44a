import type { Packed } from '../../codec/payload.ts';
import type { Channel, Places } from '../channel.ts';

/**
 * Bring from each rank one block to each other, one at a time.
 *
 * In step k each rank sends to the one k above it and receives from the one k below. p - 1 steps, p (p - 1) messages, each of one block.
 * No rank is ever sent two at once.
 *
 * @param blocks  that for each rank
 * @param places  where this rank wants that from each
 * @returns the block from each rank
 * @see MPI-4.1 §6.8; Thakur, Rabenseifner & Gropp 2005
 */
export async function pairwise(
  channel: Channel,
  blocks: readonly Packed[],
  places?: Places,
): Promise<Packed[]> {
  const { rank, size } = channel;
  const received: Packed[] = new Array(size);
  received[rank] = blocks[rank] as Packed;
  for (let step = 1; step < size; step += 1) {
    const dest = (rank + step) % size;
    const source = (rank - step + size) % size;
    const sent = channel.send(blocks[dest], dest);
    received[source] = await channel.receivePacked(source, places?.(source), true);
    if (!sent.test()) await sent;
  }
  return received;
}
