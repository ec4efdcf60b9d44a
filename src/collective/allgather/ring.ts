import { readNote } from '../../codec/bundle.ts';
import type { Packed } from '../../codec/payload.ts';
import type { Channel, Places } from '../channel.ts';

/**
 * Bring the block of each rank to all, around a ring.
 *
 * Each rank sends to the next one what it got last, beginning with its own block. p - 1 steps, p (p - 1) messages, and p - 1 times the
 * bytes of all blocks together: no way sends less, but for large p many are quicker when blocks are small. Blocks may be of any size.
 *
 * @param places  where this rank wants each
 * @see MPI-4.1 §6.7; Chan, Heimlich, Purkayastha & van de Geijn 2007
 */
export async function ring(channel: Channel, block: Packed, places?: Places): Promise<Packed[]> {
  const { rank, size } = channel;
  const blocks: Packed[] = new Array(size);
  blocks[rank] = block;
  await pass(channel, blocks, places, () => true);
  return blocks;
}

/** Bring the blocks of which all ranks have notes to all, around a ring; and put back the own one. */
export async function ringOfNoted(
  channel: Channel,
  block: Packed,
  blocks: Packed[],
  places: Places | undefined,
): Promise<void> {
  const noted = blocks.map((other) => readNote(other) !== undefined);
  blocks[channel.rank] = block;
  if (noted.includes(true)) await pass(channel, blocks, places, (source) => noted[source] === true);
}

async function pass(
  channel: Channel,
  blocks: Packed[],
  places: Places | undefined,
  isWanted: (source: number) => boolean,
): Promise<void> {
  const { rank, size } = channel;
  const next = (rank + 1) % size;
  const previous = (rank - 1 + size) % size;
  for (let step = 1; step < size; step += 1) {
    const source = (rank - step + size) % size;
    const last = (source + 1) % size;
    const sent = isWanted(last) ? channel.send(blocks[last], next) : undefined;
    if (isWanted(source)) {
      blocks[source] = await channel.receivePacked(previous, places?.(source), true);
    }
    if (sent?.test() === false) await sent;
  }
}
