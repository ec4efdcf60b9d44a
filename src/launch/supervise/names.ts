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

/** A spawned process, as reports and tags name it. */
export interface SpawnedName {
  /** In its own world. */
  readonly rank: number;
  /** What it runs, `child.ts`; `child.ts#2` in the second world that has such a program. */
  readonly program: string;
}

/** How reports name the processes of a job, by their numbers, and the hosts that they are on. */
export class Names {
  readonly #hostOf: (rank: number) => string;
  readonly #hosts: Set<string>;
  readonly #size: number;
  /** Those after the first `#size`. */
  readonly #spawned: SpawnedName[] = [];

  /**
   * @param size  how many ranks the first world has
   * @param hostOf  the same at every call
   */
  constructor(size: number, hostOf: (rank: number) => string) {
    this.#size = size;
    this.#hostOf = hostOf;
    this.#hosts = new Set(Array.from({ length: size }, (_, rank) => hostOf(rank)));
  }

  /** The next processes are named so. */
  grow(spawned: readonly SpawnedName[]): void {
    for (const name of spawned) {
      this.#hosts.add(this.#hostOf(this.#size + this.#spawned.length));
      this.#spawned.push(name);
    }
  }

  /** There are spawned processes. */
  get grown(): boolean {
    return this.#spawned.length > 0;
  }

  /** The job runs on more than one host, so that a rank alone does not say where. */
  get several(): boolean {
    return this.#hosts.size > 1;
  }

  /** The rank of a process in its own world. */
  rankOf(process: number): number {
    return this.#spawned[process - this.#size]?.rank ?? process;
  }

  /** Name a process: `rank 2`, `rank 1 of child.ts`. */
  one(process: number): string {
    return this.list([process]);
  }

  /** Name processes in few words: `ranks 0-1, 3`, `rank 0 and ranks 0-4 of child.ts`. */
  list(processes: readonly number[]): string {
    const worlds = new Map<string, number[]>();
    for (const process of [...processes].sort((a, b) => a - b)) {
      const program = this.#spawned[process - this.#size]?.program ?? '';
      const ranks = worlds.get(program) ?? [];
      ranks.push(this.rankOf(process));
      worlds.set(program, ranks);
    }
    const texts = [...worlds].map(([program, ranks]) =>
      program === '' ? rankList(ranks) : `${rankList(ranks)} of ${program}`,
    );
    const last = texts.pop() ?? '';
    return texts.length === 0 ? last : `${texts.join(', ')} and ${last}`;
  }

  hostOf(process: number): string {
    return this.#hostOf(process);
  }

  /** Name the hosts of these processes, each once. */
  hostsOf(processes: readonly number[]): string {
    return bareList([...new Set(processes.map(this.#hostOf))]);
  }

  /** What is to stand behind the names of these processes: ` (node1, node2)`; nothing if all are on one. */
  behind(processes: readonly number[]): string {
    return this.several ? ` (${this.hostsOf(processes)})` : '';
  }
}
