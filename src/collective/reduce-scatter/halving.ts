import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import type { Channel } from '../channel.ts';
import { Folding } from '../reduction/folding.ts';
import { copyInto, freshLike } from '../reduction/memory.ts';
import { type Blocks, cut } from './blocks.ts';

/** The blocks of all ranks that go on, each with that of the rank that handed over to it. */
export interface Layout {
  /** In the order in which they are to be halved. */
  readonly blocks: Blocks;
  /** Where each begins, and where the last one ends. */
  readonly bounds: readonly number[];
  /** The bits of the ranks' numbers by which to halve, in the order of rounds. */
  readonly masks: readonly number[];
}

/**
 * Combine blocks by recursive halving, until each rank has the result for its own.
 *
 * In each round two ranks whose numbers differ in one bit exchange halves of what they both have: that with the bit goes on
 * with the upper half. Where p is no power of two, the odd ranks among the first hand all over before, and get their
 * result after.
 *
 * @param layOut  puts the blocks in order, given where each begins
 */
export async function reduceByHalves(
  channel: Channel,
  op: Op,
  blocks: Blocks,
  offsets: readonly number[],
  into: TypedArray | undefined,
  layOut: (blocks: Blocks, bounds: readonly number[]) => Layout,
): Promise<unknown> {
  const { rank, size } = channel;
  const folding = new Folding(size);
  const partner = folding.partnerOf(rank);
  if (partner !== undefined && folding.handsOver(rank)) {
    await channel.send(blocks, partner);
    return await channel.receive(partner, into);
  }
  let mine = blocks;
  if (partner !== undefined) {
    const theirs = await channel.receive(partner, roomFor(blocks));
    mine = combine(op, mine, theirs as Blocks, true);
  }
  const bounds = Array.from(
    { length: folding.power + 1 },
    (_, number) => offsets[folding.first(number)] as number,
  );
  const block = await halve(channel, op, folding, layOut(mine, bounds));
  const start = offsets[rank] as number;
  const end = (offsets[rank + 1] as number) - start;
  if (partner !== undefined) {
    await channel.send(cut(block, end, (offsets[rank + 2] as number) - start), partner);
  }
  const own = cut(block, 0, end);
  return isTypedArray(own) ? copyInto(into ?? freshLike(own), own) : own;
}

/** @returns the block that is left to this rank */
async function halve(
  channel: Channel,
  op: Op,
  folding: Folding,
  { blocks, bounds, masks }: Layout,
): Promise<Blocks> {
  const { rank } = channel;
  const number = folding.fold(rank);
  let held = blocks;
  let from = 0;
  let to = folding.power;
  for (const mask of masks) {
    const other = folding.unfold(number ^ mask);
    const middle = (from + to) / 2;
    const start = bounds[from] as number;
    const halfway = (bounds[middle] as number) - start;
    const lower = cut(held, 0, halfway);
    const upper = cut(held, halfway, (bounds[to] as number) - start);
    const keepsLower = (number & mask) === 0;
    const kept = keepsLower ? lower : upper;
    const sent = channel.send(keepsLower ? upper : lower, other);
    const theirs = (await channel.receive(other, roomFor(kept), true)) as Blocks;
    if (!sent.test()) await sent;
    held = combine(op, kept, theirs, other > rank);
    if (keepsLower) to = middle;
    else from = middle;
  }
  return held;
}

function roomFor(blocks: Blocks): TypedArray | undefined {
  return isTypedArray(blocks) ? freshLike(blocks) : undefined;
}

/** Combine blocks with received ones, in whose place the result is put. */
function combine(op: Op, mine: Blocks, theirs: Blocks, isAbove: boolean): Blocks {
  const target = isTypedArray(theirs) ? theirs : undefined;
  return isAbove ? op.combine(mine, theirs, target) : op.combine(theirs, mine, target);
}
