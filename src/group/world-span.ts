/** The processes of one world: those with the numbers from `first` on, in the order of their ranks. */
export interface WorldSpan {
  readonly first: number;
  readonly count: number;
}

/** Their numbers, by rank. */
export function numbersIn({ first, count }: WorldSpan): number[] {
  return Array.from({ length: count }, (_, rank) => first + rank);
}
