import { bundle, unbundle } from '../../codec/bundle.ts';
import type { Packed } from '../../codec/payload.ts';
import { inlineOrNote } from '../block/inline.ts';
import type { Channel, Places } from '../channel.ts';
import { Folding } from '../reduction/folding.ts';
import { ringOfNoted } from './ring.ts';

/**
 * Bring the block of each rank to all, doubling what each has.
 *
 * In step k the ranks that differ in bit k exchange all that they have: log2 p steps, p log2 p messages, and the bytes of the ring. If
 * p is no power of two, of the first ranks as many as there are too many hand their blocks to their neighbours before, and get all others
 * from them in the end: two steps more.
 *
 * @param places  where this rank wants each
 * @param longest  longer blocks go around a ring in the end, and are noted before
 * @see MPI-4.1 §6.7; Thakur, Rabenseifner & Gropp 2005
 */
export async function recursiveDoubling(
  channel: Channel,
  block: Packed,
  places?: Places,
  longest: number = Number.POSITIVE_INFINITY,
): Promise<Packed[]> {
  const { rank, size } = channel;
  const folding = new Folding(size);
  const partner = folding.partnerOf(rank);
  const own = inlineOrNote(block, longest);
  const blocks: Packed[] = new Array(size);
  blocks[rank] = own;
  if (partner !== undefined && folding.handsOver(rank)) {
    const sent = channel.send(own, partner);
    const others = unbundle(await channel.receivePacked(partner), size - 1);
    for (const [n, other] of others.entries()) blocks[n < rank ? n : n + 1] = other;
    if (!sent.test()) await sent;
  } else {
    if (partner !== undefined) {
      blocks[partner] = await channel.receivePacked(partner, places?.(partner));
    }
    await double(channel, folding, blocks, places);
    if (partner !== undefined) {
      await channel.send(bundle(blocks.filter((_, source) => source !== partner)), partner);
    }
  }
  await ringOfNoted(channel, block, blocks, places);
  return blocks;
}

/** The part of a rank that goes on after the folding. */
async function double(
  channel: Channel,
  folding: Folding,
  blocks: Packed[],
  places: Places | undefined,
): Promise<void> {
  const own = folding.fold(channel.rank);
  for (let mask = 1; mask < folding.power; mask *= 2) {
    const other = own ^ mask;
    const mine = own & ~(mask - 1);
    const theirs = other & ~(mask - 1);
    const partner = folding.unfold(other);
    const held = blocks.slice(folding.first(mine), folding.first(mine + mask));
    const sent = channel.send(bundle(held), partner);
    const first = folding.first(theirs);
    const count = folding.first(theirs + mask) - first;
    const room = count === 1 ? places?.(partner) : undefined;
    const arrived = unbundle(await channel.receivePacked(partner, room), count);
    for (const [n, block] of arrived.entries()) blocks[first + n] = block;
    if (!sent.test()) await sent;
  }
}
