import type { Clock } from '../base/clock.ts';
import type { Communicator, Intercommunicator } from '../comm/communicator.ts';
import { Universe, type UniverseOptions } from '../comm/universe.ts';
import { Engine, type EngineOptions } from '../match/engine.ts';
import { describeHoldup } from '../match/holdup.ts';
import { Request } from '../request/request.ts';
import type { RankStore } from './store.ts';

/** What a program that was spawned is given besides its communicators. */
export interface Spawned {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What runs in place of a program that is spawned: once for each of its processes. */
export type SpawnedMain = (
  world: Communicator,
  parent: Intercommunicator,
  spawned: Spawned,
) => unknown;

/** The time of ranks inside one process. */
export const clock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** A rank inside this process, and what the others are told of it. */
export class LocalRank {
  readonly engine: Engine;
  readonly universe: Universe;
  readonly store: RankStore;
  /** How many frames it has sent to whom, once it has finished. */
  framesSent: readonly number[] | undefined;
  /** Why the others must do without it, if they must. */
  lost: string | undefined;
  #news: Promise<void> | undefined;

  constructor(
    options: Omit<EngineOptions, 'clock'>,
    universe: Omit<UniverseOptions, 'engine'>,
    store: RankStore,
  ) {
    this.store = store;
    this.engine = new Engine({ ...options, clock });
    this.universe = new Universe({ ...universe, engine: this.engine });
  }

  get rank(): number {
    return this.engine.rank;
  }

  /** Take in some news, after all that is still on its way. @param delay  how long it is on its way itself */
  tell(takeIn: () => void, delay?: () => Promise<void>): void {
    if (this.#news === undefined && delay === undefined) {
      takeIn();
      return;
    }
    const told = (this.#news ?? Promise.resolve()).then(delay).then(takeIn);
    this.#news = told;
    void told.then(() => {
      if (this.#news === told) this.#news = undefined;
    });
  }

  /** Whatever it waits in may fail, and nobody has to take note of that. */
  expectFailures(): void {
    for (const { request } of this.engine.operations()) Request.expectFailure(request);
  }

  /** Take in what has become of another one. */
  hearOf(other: LocalRank): void {
    const { rank, framesSent, lost } = other;
    if (framesSent !== undefined) this.engine.peerFinishing(rank, framesSent[this.rank] ?? 0);
    if (lost !== undefined) this.engine.peerLost(rank, lost);
    if (framesSent !== undefined || lost !== undefined) this.store.peerGone(rank, lost);
  }
}

const MOST_CALLS_SHOWN = 8;

/** Say what a rank waits in. A rank that waits in more calls than a few is described by the first of them. */
export function describeRank({ engine, store }: LocalRank): string {
  const held = [...engine.holdups].map(
    (holdup) => `${holdup.call}, first ${describeHoldup(holdup)}`,
  );
  const calls = [
    ...new Set([...engine.operations().map(({ userCall }) => userCall), ...held, ...store.waits()]),
  ];
  return `  rank ${engine.rank} ${stateOf(engine.finalized, calls)}`;
}

function stateOf(finalized: boolean, calls: readonly string[]): string {
  if (calls.length === 0) return finalized ? 'has finished' : 'waits for no message';
  const shown = calls.slice(0, MOST_CALLS_SHOWN);
  if (calls.length > shown.length) shown.push(`${calls.length - shown.length} more`);
  return `${finalized ? 'has finished but for' : 'waits in'} ${shown.join('; ')}`;
}
