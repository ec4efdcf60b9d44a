import { AsyncLocalStorage } from 'node:async_hooks';
import type { Communicator } from './comm/communicator.ts';
import { type Answers, Keeper } from './keeper/keeper.ts';
import { StoreLink } from './store/link.ts';
import { setScope } from './store/scope.ts';
import { clock } from './testing/local-rank.ts';
import { checkArguments, type RunRanksOptions } from './testing/options.ts';
import { Run } from './testing/run.ts';
import type { Carrier, RankStore, RunStore } from './testing/store.ts';

export type { Spawned, SpawnedMain } from './testing/local-rank.ts';
export type { RunRanksOptions } from './testing/options.ts';

/**
 * Run a function as several ranks inside this process, and resolve to what each returned.
 *
 * The ranks are real but for their network: the same matching, protocols and errors as under tsrun, with
 * messages that arrive in an order and with delays that the seed decides. So a test can go through
 * thousands of schedules a second, and a failure comes back with its seed. What the ranks of one run ask `store` is a store of
 * their own, empty at first.
 *
 * @param main  runs once per rank, with that rank's world
 * @throws the first error of a rank; what the others wait in then rejects with `ERR_PROC_FAILED`
 * @throws MpiError `ERR_TIMEOUT` with what every rank waits in, if nothing moves any more
 */
export async function runRanks<T>(
  size: number,
  main: (world: Communicator) => T | Promise<T>,
  options: RunRanksOptions = {},
): Promise<T[]> {
  checkArguments(size, main, options);
  setScope(() => here.getStore());
  const run = new Run(size, options, (carrier) => new SharedStore(carrier));
  return await run.start(main);
}

/** The link of the rank that something is done for. */
const here = new AsyncLocalStorage<StoreLink>();

/** The store of one run. */
class SharedStore implements RunStore {
  readonly #keeper = new Keeper();
  readonly #links = new Map<number, StoreLink>();
  readonly #carrier: Carrier;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  open(rank: number, size: number): RankStore {
    const link = new StoreLink({
      rank,
      size,
      clock,
      send: (calls) => {
        this.#carrier.toStore(rank, () => this.#answer(this.#keeper.take(rank, calls)));
      },
      onWanted: () => {},
    });
    this.#links.set(rank, link);
    return {
      enter: (work) => here.run(link, work),
      finalize: () => link.finalize(),
      grow: (more) => link.grow(more),
      peerGone: (other, lost) => link.peerGone(other, lost),
      waits: () => link.waits().map(({ call }) => call),
    };
  }

  gone(rank: number): void {
    this.#carrier.toStore(rank, () => this.#answer(this.#keeper.gone(rank)));
  }

  #answer(all: Answers): void {
    for (const [rank, answers] of all) {
      this.#carrier.toRank(rank, () => this.#links.get(rank)?.take(answers));
    }
  }
}
