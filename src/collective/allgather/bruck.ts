import { bundle, unbundle } from '../../codec/bundle.ts';
import type { Packed } from '../../codec/payload.ts';
import { inlineOrNote } from '../block/inline.ts';
import type { Channel, Places } from '../channel.ts';
import { ringOfNoted } from './ring.ts';

/**
 * Bring the block of each rank to all, in few messages.
 *
 * In step k each rank sends all that it has, 2^k blocks, to the rank 2^k below it, and gets as many from the rank 2^k above; in the last step
 * only what is missing. ceil(log2 p) steps, p ceil(log2 p) messages, and the bytes of the ring: each rank gets each block once.
 *
 * @param places  where this rank wants each
 * @param longest  longer blocks go around a ring in the end, and are noted before
 * @see MPI-4.1 §6.7; Bruck, Ho, Kipnis, Upfal & Weathersby 1997
 */
export async function bruck(
  channel: Channel,
  block: Packed,
  places?: Places,
  longest: number = Number.POSITIVE_INFINITY,
): Promise<Packed[]> {
  const { rank, size } = channel;
  // From this rank upwards.
  const held = [inlineOrNote(block, longest)];
  for (let distance = 1; distance < size; distance *= 2) {
    const count = Math.min(distance, size - distance);
    const sent = channel.send(bundle(held.slice(0, count)), (rank - distance + size) % size);
    const source = (rank + distance) % size;
    const room = count === 1 ? places?.(source) : undefined;
    held.push(...unbundle(await channel.receivePacked(source, room), count));
    if (!sent.test()) await sent;
  }
  const blocks = held.map((_, source) => held[(source - rank + size) % size] as Packed);
  await ringOfNoted(channel, block, blocks, places);
  return blocks;
}
