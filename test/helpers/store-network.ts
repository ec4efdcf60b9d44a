import type { StoreAnswer, StoreCall } from '../../src/keeper/call.ts';
import { type Answers, Keeper } from '../../src/keeper/keeper.ts';
import { StoreLink } from '../../src/store/link.ts';
import { Store } from '../../src/store/store.ts';
import { ManualClock } from './manual-clock.ts';

/** What is under way to the keeper, or from it to one process, in its order. */
type Pipe = (() => void)[];

/** One process that shares the store. */
export interface StoreProcess {
  readonly store: Store;
  readonly link: StoreLink;
  /** The calls that went out together. */
  readonly sent: (readonly StoreCall[])[];
  /** Whether it must live on for answers. */
  wanted: boolean;
}

/** Processes that share a store, without processes: what they and the keeper say lies in pipes until it is moved. */
export class StoreNetwork {
  readonly clock: ManualClock = new ManualClock();
  readonly keeper: Keeper = new Keeper();
  readonly processes: readonly StoreProcess[];
  readonly #up: readonly Pipe[];
  readonly #down: readonly Pipe[];

  constructor(size: number) {
    this.#up = Array.from({ length: size }, () => []);
    this.#down = Array.from({ length: size }, () => []);
    this.processes = Array.from({ length: size }, (_, rank) => this.#open(rank, size));
  }

  process(rank: number): StoreProcess {
    return this.processes[rank] as StoreProcess;
  }

  /** End a process: what it sent arrives, and then the news of its end. */
  kill(rank: number): void {
    this.#up[rank]?.push(() => this.#deliver(this.keeper.gone(rank)));
  }

  /** Move the next message of one pipe, of all that hold any. False if none does. @param pick  in [0, 1) */
  move(pick: number): boolean {
    const full = [...this.#up, ...this.#down].filter((pipe) => pipe.length > 0);
    full[Math.floor(pick * full.length)]?.shift()?.();
    return full.length > 0;
  }

  /** Move everything, and what comes of it, until all is still. */
  async settle(): Promise<void> {
    do await turns();
    while (this.move(0));
  }

  #open(rank: number, size: number): StoreProcess {
    const sent: (readonly StoreCall[])[] = [];
    const link = new StoreLink({
      rank,
      size,
      clock: this.clock,
      send: (calls) => {
        sent.push(calls);
        // As it travels.
        const copy = JSON.parse(JSON.stringify(calls)) as StoreCall[];
        this.#up[rank]?.push(() => this.#deliver(this.keeper.take(rank, copy)));
      },
      onWanted: (wanted) => {
        process.wanted = wanted;
      },
    });
    const process: StoreProcess = { link, store: new Store(() => link), sent, wanted: false };
    return process;
  }

  #deliver(all: Answers): void {
    for (const [rank, answers] of all) {
      const copy = JSON.parse(JSON.stringify(answers)) as StoreAnswer[];
      this.#down[rank]?.push(() => this.process(rank).link.take(copy));
    }
  }
}

/** Let everything run that has only to wait for its turn. */
export async function turns(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
