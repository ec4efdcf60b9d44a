/** One call as it was seen from outside. */
export interface Observed<Call> {
  readonly call: Call;
  /** When it was made, and when its result was there, on one clock. */
  readonly start: number;
  readonly end: number;
  readonly result: unknown;
}

/**
 * Whether there is one order of all calls that explains what each came to, and in which no call stands before one
 * that had ended when it began.
 *
 * Tries them all, and remembers what led nowhere (Wing & Gong 1993).
 *
 * @param apply  does a call in a state, which it leaves alone; states that are equal must print alike
 */
export function linearizable<Call, State>(
  history: readonly Observed<Call>[],
  start: State,
  apply: (state: State, call: Call) => readonly [state: State, result: unknown],
): boolean {
  const failed = new Set<string>();
  const search = (left: readonly Observed<Call>[], state: State): boolean => {
    if (left.length === 0) return true;
    const where = JSON.stringify([left.map((one) => history.indexOf(one)), state]);
    if (failed.has(where)) return false;
    const firstEnd = Math.min(...left.map(({ end }) => end));
    for (const one of left) {
      if (one.start > firstEnd) continue;
      const [next, result] = apply(state, one.call);
      if (JSON.stringify(result) !== JSON.stringify(one.result)) continue;
      const rest = left.filter((other) => other !== one);
      if (search(rest, next)) return true;
    }
    failed.add(where);
    return false;
  };
  return search(history, start);
}
