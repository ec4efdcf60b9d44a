import type { Standing } from '../../control/message.ts';
import type { JobEffects } from './effects.ts';
import type { Holders } from './job-store.ts';
import type { RankState } from './rank-state.ts';
import { circlesOf, type Hope, stuckAmong } from './stuck.ts';
import type { Told } from './told.ts';
import type { World } from './world.ts';

/** Ranks that stop do so at about the same time; they are looked at together. */
const TOGETHER_MS = 50;

/** Ranks that nothing can ever let go on. */
export interface Deadlock {
  /** Those that wait for none but one another, each group for itself. */
  readonly circles: readonly (readonly number[])[];
  /** All of them. */
  readonly stuck: readonly number[];
}

/** What is asked, and told, of deadlocks. */
export interface DeadlocksParts {
  readonly effects: JobEffects;
  readonly world: World;
  readonly told: Told;
  readonly holders: () => Holders;
  /** There may be one: `news` tells which. */
  readonly onFound: () => void;
}

/** Looks for deadlocks in what ranks say that stand. */
export class Deadlocks {
  readonly #effects: JobEffects;
  readonly #world: World;
  readonly #told: Told;
  readonly #holders: () => Holders;
  readonly #onFound: () => void;
  /** What each has said last. */
  readonly #standings = new Map<number, Standing>();
  #planned = false;
  /** So many were stuck when that was told last. */
  #stuckTold = 0;

  constructor({ effects, world, told, holders, onFound }: DeadlocksParts) {
    this.#effects = effects;
    this.#world = world;
    this.#told = told;
    this.#holders = holders;
    this.#onFound = onFound;
  }

  /** A rank stands. */
  take(rank: number, standing: Standing): void {
    this.#standings.set(rank, standing);
    if (this.#planned) return;
    this.#planned = true;
    this.#effects.setTimer(TOGETHER_MS, () => {
      this.#planned = false;
      if (this.#find() !== undefined) this.#onFound();
    });
  }

  /** Those that are stuck by now, if they are more than when this was told last. */
  news(): Deadlock | undefined {
    const found = this.#find();
    if (found === undefined || found.stuck.length <= this.#stuckTold) return undefined;
    this.#stuckTold = found.stuck.length;
    return found;
  }

  #find(): Deadlock | undefined {
    const holders = this.#holders();
    const hopes = this.#world.ranks.map((state) => this.#hopeFor(state, holders));
    const stuck = stuckAmong(hopes);
    return stuck.length === 0 ? undefined : { stuck, circles: circlesOf(stuck, hopes) };
  }

  #hopeFor({ rank, phase, finalizing, lost, speaker }: RankState, holders: Holders): Hope {
    if (finalizing !== undefined) return { kind: 'finished', framesSent: finalizing.framesSent };
    // Of a process of another job nothing is known but its end.
    if (speaker !== undefined) return { kind: lost === undefined ? 'acts' : 'gone' };
    if (phase === 'ended') return { kind: 'gone' };
    const standing = this.#standings.get(rank);
    // What it was told since may have it go on, and so may what it is yet to be told.
    if (standing === undefined || standing.heard !== this.#told.to(rank)) return { kind: 'acts' };
    const waitsFor = [...standing.waitsFor];
    for (const lock of standing.locks) {
      const holder = holders.get(lock);
      if (holder === undefined) return { kind: 'acts' };
      waitsFor.push(holder);
    }
    return { kind: 'stands', standing: { ...standing, waitsFor } };
  }
}
