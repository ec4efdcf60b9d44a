import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import { type Channel, sendReceive } from '../channel.ts';
import { combineIn, partOf, pieceOf, type Segment } from '../reduction/segment.ts';

/**
 * Combine the arrays of all ranks, and have the result on each.
 *
 * The array is cut into p pieces. Each goes once round the ring of ranks, and each rank adds its own on the way; then the
 * results go round once more. Every rank talks to its two neighbours only. A piece is combined in the order of the ring, which
 * begins at another rank for each, so the op must commute. 2 (p - 1) steps, 2 (p - 1) n / p bytes from each rank.
 *
 * @see MPI-4.1 §6.9.6; Patarasuk & Yuan 2009
 */
export async function ring(
  channel: Channel,
  op: Op,
  value: TypedArray,
  into: TypedArray,
): Promise<TypedArray> {
  const { rank, size } = channel;
  const { length } = value;
  const unit = op.unit(value);
  const above = (rank + 1) % size;
  const below = (rank + size - 1) % size;
  const pieceAt = (place: number): Segment => pieceOf(length, unit, size, (place + size) % size);
  const longest = pieceAt(size - 1);
  const room = channel.scratch.take(value, longest.to - longest.from);
  for (let step = 0; step < size - 1; step += 1) {
    const given = partOf(step === 0 ? value : into, pieceAt(rank - step));
    const taken = pieceAt(rank - step - 1);
    const place = room.subarray(0, taken.to - taken.from);
    await sendReceive(channel, given, above, below, place);
    combineIn(op, partOf(value, taken), place, false, partOf(into, taken));
  }
  channel.scratch.give(room);
  for (let step = 0; step < size - 1; step += 1) {
    const given = partOf(into, pieceAt(rank - step + 1));
    await sendReceive(channel, given, above, below, partOf(into, pieceAt(rank - step)));
  }
  return into;
}
