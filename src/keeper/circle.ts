/** A call of a process that waits for a lock. */
export interface LockWait {
  readonly client: number;
  readonly id: number;
  readonly name: string;
  /** Undefined if nobody has it. */
  readonly holder: number | undefined;
}

/**
 * Find the circle by which a process waits for itself, if the last of those that do nothing but wait has just begun to.
 *
 * Whoever waits for several locks may go on with the first that it gets. So only those wait in vain of whom no lock can come free:
 * each is held by one of them. If there are any, the last one is on a circle: without it the others would have waited in
 * vain before.
 *
 * @param last  the process that has just begun
 * @param stuck  all processes that do nothing but wait, with what they wait for
 * @returns the waits along the circle, from that of `last` on; undefined if there is none
 */
export function findCircle(
  last: number,
  stuck: ReadonlyMap<number, readonly LockWait[]>,
): readonly LockWait[] | undefined {
  const hopeless = new Map(stuck);
  let before: number;
  do {
    before = hopeless.size;
    for (const [client, waits] of hopeless) {
      const isHopeless = waits.every(({ holder }) => holder !== undefined && hopeless.has(holder));
      if (!isHopeless) hopeless.delete(client);
    }
  } while (hopeless.size < before);
  return shortestCircle(last, hopeless);
}

function shortestCircle(
  start: number,
  waits: ReadonlyMap<number, readonly LockWait[]>,
): readonly LockWait[] | undefined {
  let ways: (readonly LockWait[])[] = (waits.get(start) ?? []).map((wait) => [wait]);
  const seen = new Set<number>();
  while (ways.length > 0) {
    const whole = ways.find((way) => way.at(-1)?.holder === start);
    if (whole !== undefined) return whole;
    const longer: (readonly LockWait[])[] = [];
    for (const way of ways) {
      const holder = way.at(-1)?.holder as number;
      if (seen.has(holder)) continue;
      seen.add(holder);
      for (const wait of waits.get(holder) ?? []) longer.push([...way, wait]);
    }
    ways = longer;
  }
  return undefined;
}
