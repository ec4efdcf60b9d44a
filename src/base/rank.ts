/** More ranks than this cannot be numbered by the integers that MPI uses. */
export const MOST_RANKS: number = 2 ** 31;

/** Tell whether this is one of so many ranks. */
export function isRank(rank: number, size: number): boolean {
  return Number.isInteger(rank) && rank >= 0 && rank < size;
}

/** Name all of so many ranks, as error messages do. */
export function showRanks(size: number): string {
  if (size === 0) return 'no ranks';
  return size === 1 ? 'rank 0 alone' : `ranks 0 to ${size - 1}`;
}
