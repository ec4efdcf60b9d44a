import type { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import type { Request } from '../../request/request.ts';
import { Tree } from '../block/tree.ts';
import { allSent, type Channel } from '../channel.ts';
import { memoryFor, type Whole } from './parts.ts';

/**
 * Bring a value from the root to all: each rank gets a part of it, and they exchange the parts.
 *
 * The parts are scattered down a binomial tree and then go around a ring. ceil(log2 p) + p - 1 steps, (p - 1) + p (p - 1) messages, and about
 * n bytes out of and into each rank in either half, where a tree sends log2 p times n from the root. Parts that are empty are not sent.
 *
 * @param whole  kind and size, known to all
 * @param value  on the root alone
 * @param room  where the others want it
 * @see MPI-4.1 §6.4; Barnett, Gupta, Payne, Shuler, van de Geijn & Watts 1994
 */
export async function scatterAllgather(
  channel: Channel,
  root: number,
  whole: Whole,
  value: Packed | undefined,
  room?: Room,
): Promise<Packed> {
  const { rank, size } = channel;
  const packed = memoryFor(whole, value, room);
  const { bytes } = packed;
  const tree = new Tree(rank, size, root);
  const { vrank } = tree;
  const share = 8 * Math.ceil(bytes.length / size / 8);
  /** The parts of so many vranks in a row; beyond the end there is nothing. */
  const parts = (first: number, count: number): Uint8Array =>
    bytes.subarray(first * share, (first + count) * share);

  if (value === undefined) {
    const own = parts(vrank, Math.min(tree.span, size - vrank));
    if (own.length > 0) await channel.receivePacked(tree.parent, () => own);
  }
  const sends: Request<void>[] = [];
  for (let distance = tree.span / 2; distance >= 1; distance /= 2) {
    const part = parts(vrank + distance, tree.below(distance));
    if (part.length > 0) sends.push(channel.send(part, tree.rankOf(vrank + distance)));
  }

  const next = (rank + 1) % size;
  const previous = (rank - 1 + size) % size;
  for (let step = 1; step < size; step += 1) {
    const last = parts((vrank - step + 1 + size) % size, 1);
    const coming = parts((vrank - step + size) % size, 1);
    const sent = last.length > 0 ? channel.send(last, next) : undefined;
    if (coming.length > 0) await channel.receivePacked(previous, () => coming, true);
    if (sent?.test() === false) await sent;
  }
  await allSent(sends);
  return packed;
}
