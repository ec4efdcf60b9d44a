import type { MpiError } from '../base/error.ts';
import { isRank, showRanks } from '../base/rank.ts';
import { showItems } from '../base/show.ts';

/**
 * The ranks first, first + stride, first + 2 * stride and so on, as far as last.
 *
 * A negative stride counts down.
 *
 * @see MPI-4.1 §7.3.2
 */
export type RankRange = readonly [first: number, last: number, stride: number];

/** Makes the error for a wrong range: the caller knows who called what. */
type Wrong = (code: MpiError['code'], text: string) => MpiError;

/**
 * List the ranks of all ranges, in their order.
 *
 * A range is judged by its ends before it is written out, and the first rank that comes twice ends
 * it all: so no range takes longer than the group is large.
 */
export function ranksIn(ranges: readonly RankRange[], size: number, wrong: Wrong): number[] {
  if (!Array.isArray(ranges)) {
    const shown = showItems(ranges);
    throw wrong('ERR_ARG', `the ranges must be an array such as [[0, 8, 2]], not ${shown}`);
  }
  const ranks = new Set<number>();
  for (const [at, range] of ranges.entries()) {
    const end = endOf(range, at, size, wrong);
    const [first, , stride] = range;
    for (let rank = first; stride > 0 ? rank <= end : rank >= end; rank += stride) {
      if (ranks.has(rank)) {
        const text = `ranges[${at}] is ${showItems(range)} and names rank ${rank} again; name each rank once`;
        throw wrong('ERR_RANK', text);
      }
      ranks.add(rank);
    }
  }
  return [...ranks];
}

/** The last rank that the range has, which need not be the one that it names as its last. */
function endOf(range: RankRange, at: number, size: number, wrong: Wrong): number {
  const shown = showItems(range);
  // Made an array anew, since every passes over the holes of a sparse one.
  const isTriple = Array.isArray(range) && range.length === 3;
  if (!isTriple || !Array.from(range).every(Number.isSafeInteger)) {
    const text = `ranges[${at}] must be three whole numbers, [first, last, stride], not ${shown}`;
    throw wrong('ERR_ARG', text);
  }
  const [first, last, stride] = range;
  if (stride === 0) {
    const text = `ranges[${at}] is ${shown}, and with stride 0 never ends; use a stride of 1 to name each rank`;
    throw wrong('ERR_ARG', text);
  }
  if (stride > 0 ? last < first : last > first) {
    const text = `ranges[${at}] is ${shown}, and its stride leads away from its last rank; use the stride ${-stride}, or swap the ends`;
    throw wrong('ERR_ARG', text);
  }
  const end = first + Math.floor((last - first) / stride) * stride;
  const outside = [first, end].find((rank) => !isRank(rank, size));
  if (outside === undefined) return end;
  throw wrong(
    'ERR_RANK',
    `ranges[${at}] is ${shown} and names rank ${outside}, which is out of range: this group has ${showRanks(size)}`,
  );
}
