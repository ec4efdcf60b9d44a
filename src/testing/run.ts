import { MpiError } from '../base/error.ts';
import { type Random, seededRandom } from '../base/random.ts';
import type { Communicator } from '../comm/communicator.ts';
import type { SpawnOrder } from '../comm/parts.ts';
import type { UniverseOptions } from '../comm/universe.ts';
import { Connections, type Disconnection, type Parted } from '../group/connections.ts';
import type { WorldSpan } from '../group/world-span.ts';
import { LocalNetwork } from '../transport/local.ts';
import { describeRank, LocalRank, type SpawnedMain } from './local-rank.ts';
import type { RunRanksOptions } from './options.ts';
import type { Carrier, RunStore } from './store.ts';

/** A message that is due moves within so many turns of the event loop. */
const TURNS_TO_MOVE = 10;

/** News of a spawn is on its way for fewer turns than this. */
const MOST_TURNS_OF_NEWS = 8;

/** One call of `runRanks`. */
export class Run {
  readonly #options: RunRanksOptions;
  readonly #network: LocalNetwork;
  /** Decides how long news is on its way. */
  readonly #random: Random;
  readonly #processes: LocalRank[] = [];
  readonly #store: RunStore;
  /** What is on its way to the store, by rank. */
  readonly #calls = new Map<number, Promise<void>>();
  /** The host of each process. */
  readonly #hosts: number[];
  /** Spawned processes that have not ended. */
  readonly #children = new Set<Promise<void>>();
  readonly #connections: Connections;
  /** Who waits for others to be through with a communicator, by rank and context. */
  readonly #partings = new Map<string, () => void>();
  /** How many the first world has. */
  readonly #size: number;
  /** What failed first among those that had disconnected from the first world. */
  #failedApart: { readonly error: unknown } | undefined;
  #fail: (error: unknown) => void = () => {};
  #moved = 0;

  constructor(size: number, options: RunRanksOptions, openStore: (carrier: Carrier) => RunStore) {
    this.#options = options;
    this.#store = openStore({
      toStore: (rank, takeIn) => this.#toStore(rank, takeIn),
      toRank: (rank, takeIn) => this.#processes[rank]?.tell(takeIn, () => this.#turns()),
    });
    this.#size = size;
    this.#connections = new Connections(size);
    this.#hosts = [...(options.hosts ?? new Array<number>(size).fill(0))];
    this.#random = seededRandom((options.seed ?? 0) + 1);
    this.#network = new LocalNetwork({
      size,
      seed: options.seed ?? 0,
      exposes: true,
      schedule: setImmediate,
      onDelivery: () => {
        this.#moved += 1;
      },
    });
    for (let rank = 0; rank < size; rank += 1) this.#add(size, {});
  }

  async start<T>(main: (world: Communicator) => T | Promise<T>): Promise<T[]> {
    const failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    const stopWatching = this.#watchForStall();
    try {
      const results = this.#processes.map((local) =>
        this.#runRank(local, false, () => main(local.universe.world)),
      );
      return await Promise.race([this.#ended(results), failed]);
    } finally {
      stopWatching();
      await Promise.all(this.#processes.map(({ engine }) => engine.close()));
    }
  }

  /** Wait for the first world, and then for what it has spawned. */
  async #ended<T>(results: readonly Promise<T>[]): Promise<T[]> {
    const all = await Promise.all(results);
    for (const child of this.#children) await child;
    if (this.#failedApart !== undefined) throw this.#failedApart.error;
    return all;
  }

  /** Whether a process is connected with none of the first world. */
  #isApart({ rank }: LocalRank): boolean {
    const group = this.#connections.groups().find((some) => some.includes(rank));
    return group?.every((process) => process >= this.#size) === true;
  }

  #toStore(rank: number, takeIn: () => void): void {
    const before = this.#calls.get(rank) ?? Promise.resolve();
    this.#calls.set(rank, before.then(() => this.#turns()).then(takeIn));
  }

  #add(size: number, universe: Pick<UniverseOptions, 'span' | 'parent'>): LocalRank {
    const rank = this.#processes.length;
    const { eagerBytes, creditBytes } = this.#options;
    const local = new LocalRank(
      {
        rank,
        size,
        eagerBytes,
        creditBytes,
        connect: (events) => this.#network.connect(rank, events, size),
      },
      {
        ...universe,
        hosts: this.#hosts,
        spawner: {
          spawn: (order) => this.#spawn(order),
          part: (news) => this.#part(rank, news),
          hold: (until) => until,
        },
      },
      this.#store.open(rank, size),
    );
    this.#processes.push(local);
    return local;
  }

  /** @param tolerated  whether its failure is not that of the run */
  async #runRank<T>(local: LocalRank, tolerated: boolean, main: () => T | Promise<T>): Promise<T> {
    try {
      const result = await local.store.enter(main);
      await this.#finalize(local);
      return result;
    } catch (error) {
      local.lost = `rank ${local.rank} failed: ${describe(error)}`;
      for (const other of this.#processes) {
        if (other === local) continue;
        // The run ends with this error; that it ends the others as well is no news.
        if (!tolerated && !this.#isApart(local)) other.expectFailures();
        other.tell(() => other.hearOf(local));
      }
      this.#store.gone(local.rank);
      this.#tellParted(this.#connections.gone(local.rank));
      throw error;
    }
  }

  /** As under tsrun: sends end first, then the others learn that nothing more will come. */
  async #finalize(local: LocalRank): Promise<void> {
    const { engine } = local;
    await Promise.all([engine.finalize(), local.store.finalize()]);
    local.framesSent = engine.framesSent();
    this.#store.gone(local.rank);
    for (const other of this.#processes) {
      if (other !== local) other.tell(() => other.hearOf(local));
    }
  }

  async #part(rank: number, news: Disconnection): Promise<void> {
    const parted = new Promise<void>((resolve) => {
      this.#partings.set(`${rank} ${news.context}`, resolve);
    });
    this.#tellParted(this.#connections.disconnect(rank, news));
    await parted;
  }

  #tellParted(parted: readonly Parted[]): void {
    for (const { context, processes } of parted) {
      for (const rank of processes) {
        const local = this.#processes[rank] as LocalRank;
        const takeIn = (): void => this.#partings.get(`${rank} ${context}`)?.();
        local.tell(takeIn, () => this.#turns());
      }
    }
  }

  async #spawn({ programs, parents, context, tolerant }: SpawnOrder): Promise<WorldSpan> {
    const starts = programs.flatMap(({ program, n, args, env }) => {
      const main = this.#program(program);
      return Array.from({ length: n }, () => ({ main, spawned: { args, env } }));
    });
    const first = this.#processes.length;
    const span = { first, count: starts.length };
    const size = first + span.count;
    const before = [...this.#processes];
    const host = this.#hosts[parents[0] as number] as number;
    const hosts = starts.map(() => host);
    this.#hosts.push(...hosts);
    this.#connections.grow(span.count, parents[0] as number);
    const parent = { ranks: parents, context };
    const children = starts.map((start) => ({
      ...start,
      local: this.#add(size, { span, parent }),
    }));
    for (const other of before) {
      other.tell(
        () => {
          other.engine.grow(size);
          other.store.grow(size);
          other.universe.grow(first, hosts);
        },
        () => this.#turns(),
      );
    }
    for (const { local, main, spawned } of children) {
      for (const other of before) local.hearOf(other);
      this.#startChild(local, tolerant, () => {
        const { universe } = local;
        return main(
          universe.world,
          universe.parent as NonNullable<typeof universe.parent>,
          spawned,
        );
      });
    }
    await this.#turns();
    return span;
  }

  #program(name: string): SpawnedMain {
    const { programs = {} } = this.#options;
    if (Object.hasOwn(programs, name)) return programs[name] as SpawnedMain;
    const text = `this run has no program '${name}'; give runRanks its function, as programs: { '${name}': (world, parent) => … }`;
    throw new MpiError('ERR_SPAWN', text);
  }

  #startChild(local: LocalRank, tolerant: boolean, main: () => unknown): void {
    const run = async (): Promise<unknown> => {
      await this.#turns();
      return await main();
    };
    const ended = this.#runRank(local, tolerant, run).then(
      () => {},
      (error: unknown) => {
        if (tolerant) return;
        if (this.#isApart(local)) this.#failedApart ??= { error };
        else this.#fail(error);
      },
    );
    this.#children.add(ended);
    void ended.then(() => this.#children.delete(ended));
  }

  async #turns(): Promise<void> {
    const turns = Math.floor(this.#random() * MOST_TURNS_OF_NEWS);
    for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
    this.#moved += 1;
  }

  #watchForStall(): () => void {
    const { stallMs = 5000, seed = 0 } = this.#options;
    let seen = -1;
    const timer = setInterval(async () => {
      const before = seen;
      seen = this.#moved;
      // In a busy process timers may come in a row, with no turn in between in which a message could have moved.
      for (let turn = 0; turn < TURNS_TO_MOVE; turn += 1) {
        if (this.#moved !== before) return;
        await new Promise(setImmediate);
      }
      const states = this.#processes.map(describeRank).join('\n');
      const text = `runRanks: no message moved for ${stallMs} ms (seed ${seed})\n${states}`;
      this.#fail(new MpiError('ERR_TIMEOUT', text));
    }, stallMs);
    return () => clearInterval(timer);
  }
}

/** Show whatever was thrown; there are values that cannot be made a string. */
function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that is no error was thrown';
  }
}
