/** What two workers are given to compute `fib` of. */
export interface Items {
  /** Six items, longest first; each takes as long as the next two, so two workers can be done in half of the time. */
  readonly list: readonly number[];
  /** Eight that take the same. */
  readonly equal: readonly number[];
}

const FIRST = 38;
/** For a run that shows no more than that all works. */
const QUICK_FIRST = 26;
const QUICK_SECONDS = 0.1;

/** @param seconds  time for a measurement */
export function chooseItems(seconds: number): Items {
  const first = seconds < QUICK_SECONDS ? QUICK_FIRST : FIRST;
  return {
    list: Array.from({ length: 6 }, (_, at) => first - at),
    equal: new Array<number>(8).fill(first - 2),
  };
}

/** How each list is shared out that two may work on without a word between them. */
export function halves({
  list,
  equal,
}: Items): Record<keyof Items, readonly (readonly number[])[]> {
  const [first = 0, second = 0, third = 0, fourth = 0, ...rest] = list;
  return {
    list: [
      [first, fourth],
      [second, third, ...rest],
    ],
    equal: [equal.slice(0, 4), equal.slice(4)],
  };
}
