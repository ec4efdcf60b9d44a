import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import { type Channel, sendReceive } from '../channel.ts';
import type { Folding } from './folding.ts';
import { boundOf, combineIn, partOf, type Segment } from './segment.ts';

/**
 * Combine an array by recursive halving, so that each rank has the result for a segment of it.
 *
 * In round k the ranks whose numbers differ in bit k exchange halves of what they both have, and each goes on with one of them.
 * So what is combined always comes from 2^k neighbours, in their order. log2 p rounds, (p - 1) n / p bytes from each rank.
 * Where p is no power of two, those that hand over send n bytes before.
 *
 * @param value  is not changed
 * @param into  takes the results; may be the value
 * @returns the segments: the whole, its half, and so on down to the one whose result this rank has; undefined if it has
 *   handed over
 */
export async function halve(
  channel: Channel,
  op: Op,
  folding: Folding,
  value: TypedArray,
  into: TypedArray,
): Promise<Segment[] | undefined> {
  const { rank } = channel;
  const { length } = value;
  const unit = op.unit(value);
  const partner = folding.partnerOf(rank);
  if (partner !== undefined && folding.handsOver(rank)) {
    await channel.send(value, partner);
    return undefined;
  }
  let mine = value;
  const room = channel.scratch.take(
    value,
    partner === undefined ? length - boundOf(length, unit, 2, 1) : length,
  );
  if (partner !== undefined) {
    await channel.receive(partner, room);
    combineIn(op, value, room, partner > rank, into);
    mine = into;
  }
  const number = folding.fold(rank);
  let segment: Segment = { from: 0, to: length };
  const segments = [segment];
  for (let mask = 1; mask < folding.power; mask *= 2) {
    const other = folding.unfold(number ^ mask);
    const { from, to } = segment;
    const middle = from + boundOf(to - from, unit, 2, 1);
    const keepsLower = (number & mask) === 0;
    const given = keepsLower ? { from: middle, to } : { from, to: middle };
    segment = keepsLower ? { from, to: middle } : { from: middle, to };
    const place = room.subarray(0, segment.to - segment.from);
    await sendReceive(channel, partOf(mine, given), other, other, place);
    combineIn(op, partOf(mine, segment), place, other > rank, partOf(into, segment));
    mine = into;
    segments.push(segment);
  }
  channel.scratch.give(room);
  return segments;
}
