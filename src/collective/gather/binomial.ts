import { bundle, unbundle } from '../../codec/bundle.ts';
import type { Packed } from '../../codec/payload.ts';
import type { Request } from '../../request/request.ts';
import { inlineOrNote, receiveNoted } from '../block/inline.ts';
import { Tree } from '../block/tree.ts';
import type { Channel, Places } from '../channel.ts';

/**
 * Bring the block of each rank to the root, up a binomial tree.
 *
 * Each rank waits for the bundles of the ranks below it and sends one with theirs and its own. ceil(log2 p) steps, p - 1 messages; each
 * block is sent once for each stage between its rank and the root, p / 2 log2 p blocks in all. The root gets log2 p messages only.
 *
 * @param places  where the root wants each
 * @param longest  longer blocks are sent to the root directly, and noted in the tree
 * @returns the blocks by rank, on the root alone
 * @see MPI-4.1 §6.5; Chan, Heimlich, Purkayastha & van de Geijn 2007
 */
export async function binomial(
  channel: Channel,
  root: number,
  block: Packed,
  places?: Places,
  longest: number = Number.POSITIVE_INFINITY,
): Promise<Packed[] | undefined> {
  const { rank, size } = channel;
  const tree = new Tree(rank, size, root);
  const isRoot = rank === root;
  const receives: Request<Packed>[] = [];
  for (let distance = 1; distance < tree.span; distance *= 2) {
    const below = tree.below(distance);
    if (below === 0) break;
    const source = tree.rankOf(tree.vrank + distance);
    const room = isRoot && below === 1 ? places?.(source) : undefined;
    receives.push(channel.receivePacked(source, room));
  }
  const own = isRoot ? block : inlineOrNote(block, longest);
  const subtree = [own];
  for (const [n, receive] of receives.entries()) {
    subtree.push(...unbundle(await receive, tree.below(2 ** n)));
  }
  if (!isRoot) {
    const sent = channel.send(bundle(subtree), tree.parent);
    if (own !== block) await channel.send(block, root);
    if (!sent.test()) await sent;
    return undefined;
  }
  const blocks: Packed[] = new Array(size);
  for (const [vrank, packed] of subtree.entries()) blocks[tree.rankOf(vrank)] = packed;
  await receiveNoted(channel, blocks, places, false);
  return blocks;
}
