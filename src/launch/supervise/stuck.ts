import type { Standing } from '../../control/message.ts';

/** Where a process is, for the question whether others can still hope for it. */
export type Hope =
  /** It may do anything yet, for all that is known. */
  | { readonly kind: 'acts' }
  | { readonly kind: 'stands'; readonly standing: Stand }
  /** It sends nothing more after so many frames to each. */
  | { readonly kind: 'finished'; readonly framesSent: readonly number[] }
  | { readonly kind: 'gone' };

/** What one that stands said of itself: nothing has happened to it since, but what others may have sent. */
export type Stand = Omit<Standing, 'heard' | 'locks'>;

/**
 * Find those that nothing can ever let go on.
 *
 * One that stands can go on if any of those it waits for can, or if a frame is under way between them: to it, which
 * it waits for; or from it, which the other may answer though its program stands. What each said of itself may be old.
 * That does no harm: whatever has let it go on since was a frame, and so its counters differ from those of
 * whoever has sent it. So what is found is true, and all of it is found as soon as all have said how they stand.
 *
 * @see Hilbrich, de Supinski, Schulz, Müller, "A graph based approach for MPI deadlock detection", ICS 2009
 * @see Mattern, "Algorithms for distributed termination detection", 1987: counters of messages
 * @returns their numbers, in order; all of them stand
 */
export function stuckAmong(hopes: readonly Hope[]): number[] {
  const free = hopes.map(({ kind }) => kind === 'acts');
  for (let changed = true; changed; ) {
    changed = false;
    for (const [rank, hope] of hopes.entries()) {
      if (free[rank] || hope.kind !== 'stands') continue;
      const { waitsFor, mayHear } = hope.standing;
      free[rank] = [...waitsFor, ...mayHear].some(
        (other) => free[other] !== false || underWay(hopes, rank, other),
      );
      changed ||= free[rank] === true;
    }
  }
  return [...hopes.keys()].filter((rank) => hopes[rank]?.kind === 'stands' && !free[rank]);
}

/** Whether a frame is under way between one that stands and another, either way, that could have it go on. */
function underWay(hopes: readonly Hope[], rank: number, other: number): boolean {
  const own = hopes[rank];
  const theirs = hopes[other];
  if (own?.kind !== 'stands' || theirs === undefined) return true;
  const got = own.standing.framesReceived[other] ?? 0;
  const sent = own.standing.framesSent[other] ?? 0;
  switch (theirs.kind) {
    case 'acts':
      return true;
    case 'gone':
      return false;
    case 'finished':
      // It has ended all that it could have answered for.
      return (theirs.framesSent[rank] ?? 0) !== got;
    case 'stands': {
      const { framesSent, framesReceived } = theirs.standing;
      return (framesSent[rank] ?? 0) !== got || (framesReceived[rank] ?? 0) !== sent;
    }
  }
}

/**
 * Of those that are stuck, find those who are at the heart of it: they wait for none but one another. The rest wait for them.
 *
 * @returns each group of them that waits for none but itself; one that waits for none of them is one for itself
 */
export function circlesOf(stuck: readonly number[], hopes: readonly Hope[]): number[][] {
  const members = new Set(stuck);
  const reach = new Map(stuck.map((rank) => [rank, reachable(rank, members, hopes)]));
  const circles: number[][] = [];
  for (const rank of stuck) {
    const circle = new Set(reach.get(rank)).add(rank);
    const first = Math.min(...circle);
    if (rank !== first) continue;
    if ([...circle].every((other) => other === rank || reach.get(other)?.has(rank) === true)) {
      circles.push([...circle].sort((a, b) => a - b));
    }
  }
  return circles;
}

/** All that one waits for among these, at first or at second hand; itself only if it is in a circle. */
function reachable(
  rank: number,
  members: ReadonlySet<number>,
  hopes: readonly Hope[],
): Set<number> {
  const found = new Set<number>();
  const open = [rank];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const hope = hopes[at];
    if (hope?.kind !== 'stands') continue;
    for (const other of hope.standing.waitsFor) {
      if (!members.has(other) || found.has(other)) continue;
      found.add(other);
      open.push(other);
    }
  }
  return found;
}
