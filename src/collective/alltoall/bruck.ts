import { bundle, unbundle } from '../../codec/bundle.ts';
import type { Packed } from '../../codec/payload.ts';
import type { Request } from '../../request/request.ts';
import { inlineOrNote, receiveNoted } from '../block/inline.ts';
import { allSent, type Channel, type Places } from '../channel.ts';

/**
 * Bring from each rank one block to each other, in few messages.
 *
 * A block that has d ranks to go is sent on by 2^k in step k for each bit k of d, together with all others that have this bit.
 * ceil(log2 p) steps, one message of about p / 2 blocks per rank and step: many fewer messages than by pairs, and more bytes. It serves short
 * blocks.
 *
 * @param blocks  that for each rank
 * @param places  where this rank wants that from each
 * @param longest  longer blocks are sent directly in the end, and noted before
 * @returns the block from each rank
 * @see MPI-4.1 §6.8; Bruck, Ho, Kipnis, Upfal & Weathersby 1997
 */
export async function bruck(
  channel: Channel,
  blocks: readonly Packed[],
  places?: Places,
  longest: number = Number.POSITIVE_INFINITY,
): Promise<Packed[]> {
  const { rank, size } = channel;
  // By how far they are to go: in step k, those with bit k come from 2^k ranks below.
  const held = blocks.map((_, distance) => {
    const block = blocks[(rank + distance) % size] as Packed;
    return distance === 0 ? block : inlineOrNote(block, longest);
  });
  const noted = held.map((block, distance) => block !== blocks[(rank + distance) % size]);
  for (let bit = 1; bit < size; bit *= 2) {
    const moving = distancesWith(bit, size);
    const sent = channel.send(
      bundle(moving.map((distance) => held[distance] as Packed)),
      (rank + bit) % size,
    );
    const arrived = await channel.receivePacked((rank - bit + size) % size);
    for (const [n, block] of unbundle(arrived, moving.length).entries()) {
      held[moving[n] as number] = block;
    }
    if (!sent.test()) await sent;
  }
  const sends: Request<void>[] = [];
  for (const [distance, isNoted] of noted.entries()) {
    const dest = (rank + distance) % size;
    if (isNoted) sends.push(channel.send(blocks[dest], dest));
  }
  const received = held.map((_, source) => held[(rank - source + size) % size] as Packed);
  await receiveNoted(channel, received, places, true);
  await allSent(sends);
  return received;
}

function distancesWith(bit: number, size: number): number[] {
  const distances: number[] = [];
  for (let distance = bit; distance < size; distance += 1) {
    if ((distance & bit) !== 0) distances.push(distance);
  }
  return distances;
}
