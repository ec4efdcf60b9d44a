/** How reports name ranks and the hosts that they run on. */

/** More hosts than this are counted, not named. */
const MOST_NAMED = 4;

/** Name ranks in few words: `rank 2`, `ranks 0-1, 3`. */
export function rankList(ranks: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const rank of [...ranks].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === rank - 1) run[1] = rank;
    else runs.push([rank, rank]);
  }
  const text = runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return `${ranks.length === 1 ? 'rank' : 'ranks'} ${text.join(', ')}`;
}

/** Name hosts in few words: `host node1`, `hosts node1, node2`, `32 hosts`. */
export function hostList(hosts: readonly string[]): string {
  if (hosts.length > MOST_NAMED) return bareList(hosts);
  return `${hosts.length === 1 ? 'host' : 'hosts'} ${bareList(hosts)}`;
}

function bareList(hosts: readonly string[]): string {
  return hosts.length > MOST_NAMED ? `${hosts.length} hosts` : hosts.join(', ');
}

/** The hosts of a job's ranks, as reports name them. */
export class HostNames {
  readonly #hostOf: (rank: number) => string;
  /** The job runs on more than one host, so that a rank alone does not say where. */
  readonly several: boolean;

  constructor(size: number, hostOf: (rank: number) => string) {
    this.#hostOf = hostOf;
    this.several = new Set(Array.from({ length: size }, (_, rank) => hostOf(rank))).size > 1;
  }

  of(rank: number): string {
    return this.#hostOf(rank);
  }

  /** Name the hosts of these ranks, each once. */
  list(ranks: readonly number[]): string {
    return bareList([...new Set(ranks.map(this.#hostOf))]);
  }

  /** What is to stand behind the names of these ranks: ` (node1, node2)`; nothing if all are on one. */
  behind(ranks: readonly number[]): string {
    return this.several ? ` (${this.list(ranks)})` : '';
  }
}
