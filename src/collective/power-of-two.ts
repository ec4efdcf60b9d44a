/**
 * How any number of ranks becomes a power of two: of the first 2 * `rest` ranks each odd one hands over to the even one
 * before it. Those that go on are numbered anew, in their order, so that neighbours stay neighbours.
 */
export interface Folding {
  /** How many ranks go on: the largest power of two that there are ranks for. */
  readonly power: number;
  /** How many ranks hand over. */
  readonly rest: number;
}

/** Fold so many ranks. */
export function foldingOf(size: number): Folding {
  const power = 2 ** (31 - Math.clz32(size));
  return { power, rest: size - power };
}

/** The number among those that go on of a rank that does. */
export function foldedRank({ rest }: Folding, rank: number): number {
  return rank < 2 * rest ? rank / 2 : rank - rest;
}

/** The rank that has this number among those that go on. */
export function unfoldedRank({ rest }: Folding, folded: number): number {
  return folded < rest ? 2 * folded : folded + rest;
}
