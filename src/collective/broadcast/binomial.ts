import type { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import type { Request } from '../../request/request.ts';
import { Tree } from '../block/tree.ts';
import { allSent, type Channel } from '../channel.ts';

/**
 * Bring a value from the root to all, down a binomial tree.
 *
 * Each rank receives it from its parent and sends it to its children, that with the largest subtree first. ceil(log2 p) steps, p - 1
 * messages of n bytes.
 *
 * @param value  on the root alone
 * @param room  where the others want it
 * @see MPI-4.1 §6.4; Johnsson & Ho 1989
 */
export async function binomial(
  channel: Channel,
  root: number,
  value: Packed | undefined,
  room?: Room,
): Promise<Packed> {
  const { rank, size } = channel;
  const tree = new Tree(rank, size, root);
  const packed = value ?? (await channel.receivePacked(tree.parent, room));
  const sends: Request<void>[] = [];
  for (let distance = tree.span / 2; distance >= 1; distance /= 2) {
    if (tree.below(distance) === 0) continue;
    sends.push(channel.send(packed, tree.rankOf(tree.vrank + distance)));
  }
  await allSent(sends);
  return packed;
}
