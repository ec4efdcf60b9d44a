import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Request } from '../../request/request.ts';
import { allSent, type Channel } from '../channel.ts';
import { partOf, pieceOf } from '../reduction/segment.ts';

/**
 * Combine the arrays of all ranks, and have the result on each.
 *
 * The array is cut into p pieces, one for each rank. Every rank sends every other the piece that is that one's, combines what it
 * gets in the order of ranks, and sends the result to all. Ranks wait for each other twice only, which counts where they
 * share processors. 2 steps, 2 (p - 1) messages and 2 (p - 1) n / p bytes from each rank.
 *
 * @see MPI-4.1 §6.9.6; "all pairs" in Cowan et al. 2023 (MSCCLang)
 */
export async function allPairs(
  channel: Channel,
  op: Op,
  value: TypedArray,
  into: TypedArray,
): Promise<TypedArray> {
  const { rank, size } = channel;
  const unit = op.unit(value);
  const pieceFor = (array: TypedArray, owner: number): TypedArray =>
    partOf(array, pieceOf(value.length, unit, size, owner));
  const mine = pieceFor(value, rank);
  const result = pieceFor(into, rank);
  const room = channel.scratch.take(value, mine.length * (size - 1));
  const pieces: Request<unknown>[] = [];
  const results: Request<unknown>[] = [];
  for (let source = 0; source < size; source += 1) {
    if (source === rank) continue;
    const at = mine.length * pieces.length;
    pieces.push(channel.receive(source, room.subarray(at, at + mine.length), true));
    // Should it lie where the rank's own piece does, that has arrived before the source can send.
    results.push(channel.receive(source, pieceFor(into, source), true));
  }
  const sends: Request<void>[] = [];
  const others = Array.from({ length: size - 1 }, (_, step) => (rank + step + 1) % size);
  for (const other of others) sends.push(channel.send(pieceFor(value, other), other));
  await combineInOrder(op, mine, rank, pieces, result);
  channel.scratch.give(room);
  for (const other of others) sends.push(channel.send(result, other));
  for (const request of results) await request;
  await allSent(sends);
  return into;
}

/** Combine the pieces of all ranks, of which `theirs` are those of the others. */
async function combineInOrder(
  op: Op,
  mine: TypedArray,
  rank: number,
  theirs: readonly Request<unknown>[],
  result: TypedArray,
): Promise<void> {
  let total: TypedArray | undefined;
  // What came from below is combined where it arrived, for the result may lie where this rank's own piece does.
  for (const request of theirs.slice(0, rank)) {
    const piece = (await request) as TypedArray;
    total = total === undefined ? piece : op.combine(total, piece, total);
  }
  total = total === undefined ? mine : op.combine(total, mine, result);
  for (const request of theirs.slice(rank)) {
    total = op.combine(total, (await request) as TypedArray, result);
  }
}
