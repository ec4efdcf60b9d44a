import { bundle, readNote, unbundle } from '../../codec/bundle.ts';
import type { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import type { Request } from '../../request/request.ts';
import { inlineOrNote } from '../block/inline.ts';
import { Tree } from '../block/tree.ts';
import { allSent, type Channel } from '../channel.ts';

/**
 * Bring each rank its block from the root, down a binomial tree.
 *
 * Each rank gets the blocks of its subtree in one bundle, keeps its own and sends the others on, those of the largest subtree first.
 * ceil(log2 p) steps, p - 1 messages; each block is sent once for each stage between the root and its rank, p / 2 log2 p blocks in all. The
 * root sends log2 p messages only.
 *
 * @param blocks  that of each rank, on the root alone
 * @param room  where the others want theirs
 * @param longest  longer blocks are sent by the root directly, and noted in the tree
 * @see MPI-4.1 §6.6; Chan, Heimlich, Purkayastha & van de Geijn 2007
 */
export async function binomial(
  channel: Channel,
  root: number,
  blocks: readonly Packed[] | undefined,
  room?: Room,
  longest: number = Number.POSITIVE_INFINITY,
): Promise<Packed> {
  const { rank, size } = channel;
  const tree = new Tree(rank, size, root);
  let subtree: Packed[];
  if (blocks === undefined) {
    const count = Math.min(tree.span, size - tree.vrank);
    const arrived = await channel.receivePacked(tree.parent, count === 1 ? room : undefined);
    subtree = unbundle(arrived, count);
  } else {
    subtree = blocks.map((_, vrank) => inlineOrNote(blocks[tree.rankOf(vrank)] as Packed, longest));
  }
  const sends: Request<void>[] = [];
  for (let distance = tree.span / 2; distance >= 1; distance /= 2) {
    const below = tree.below(distance);
    if (below === 0) continue;
    const part = bundle(subtree.slice(distance, distance + below));
    sends.push(channel.send(part, tree.rankOf(tree.vrank + distance)));
  }
  let own = subtree[0] as Packed;
  if (blocks !== undefined) {
    for (let vrank = 1; vrank < size; vrank += 1) {
      const dest = tree.rankOf(vrank);
      if (subtree[vrank] !== blocks[dest]) sends.push(channel.send(blocks[dest], dest));
    }
    own = blocks[rank] as Packed;
  } else if (readNote(own) !== undefined) {
    own = await channel.receivePacked(root, room);
  }
  await allSent(sends);
  return own;
}
