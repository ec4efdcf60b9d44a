import { bundle, unbundle } from '../../codec/bundle.ts';
import type { Packed } from '../../codec/payload.ts';
import type { Channel, Places } from '../channel.ts';
import { inlineOrNote } from '../inline.ts';
import { ringOfNoted } from './ring.ts';

/**
 * Bring the block of each rank to all, doubling what each has.
 *
 * In step k the ranks that differ in bit k exchange all that they have: log2 p steps, p log2 p messages, and the bytes of the ring. If
 * p is no power of two, of the first ranks as many as there are too many give their blocks to their neighbours before, and get all blocks
 * from them in the end: two steps more, in which they wait.
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
  const own = inlineOrNote(block, longest);
  const blocks: Packed[] = new Array(size);
  blocks[rank] = own;
  let doubling = 1;
  while (doubling * 2 <= size) doubling *= 2;
  const tooMany = size - doubling;
  /** The first of the ranks whose blocks come by way of this one of those that take part. */
  const firstOf = (part: number): number => (part < tooMany ? 2 * part : part + tooMany);
  const take = (first: number, arrived: Packed, count: number): void => {
    for (const [n, packed] of unbundle(arrived, count).entries()) blocks[first + n] = packed;
  };
  if (rank < 2 * tooMany && rank % 2 === 0) {
    // Waits, and gets all others' blocks, one behind the other.
    const sent = channel.send(own, rank + 1);
    const others = unbundle(await channel.receivePacked(rank + 1), size - 1);
    for (const [n, packed] of others.entries()) blocks[n < rank ? n : n + 1] = packed;
    if (!sent.test()) await sent;
  } else {
    if (rank < 2 * tooMany) take(rank - 1, await channel.receivePacked(rank - 1), 1);
    const part = rank < 2 * tooMany ? (rank - 1) / 2 : rank - tooMany;
    for (let mask = 1; mask < doubling; mask *= 2) {
      const other = part ^ mask;
      const mine = part & ~(mask - 1);
      const theirs = other & ~(mask - 1);
      const partner = other < tooMany ? 2 * other + 1 : other + tooMany;
      const held = blocks.slice(firstOf(mine), firstOf(mine + mask));
      const sent = channel.send(bundle(held), partner);
      const count = firstOf(theirs + mask) - firstOf(theirs);
      const room = count === 1 ? places?.(partner) : undefined;
      take(firstOf(theirs), await channel.receivePacked(partner, room), count);
      if (!sent.test()) await sent;
    }
    if (rank < 2 * tooMany) {
      const sent = channel.send(bundle(blocks.filter((_, n) => n !== rank - 1)), rank - 1);
      if (!sent.test()) await sent;
    }
  }
  await ringOfNoted(channel, block, blocks, places);
  return blocks;
}
