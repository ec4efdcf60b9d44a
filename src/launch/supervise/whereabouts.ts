import type { JobEffects } from './effects.ts';
import { type Holders, type JobStore, withHolder } from './job-store.ts';
import type { Names } from './names.ts';
import type { RankState } from './rank-state.ts';
import { type Answer, Where } from './where.ts';
import type { RankPlace } from './where-table.ts';
import type { World } from './world.ts';

/** What is asked where the ranks of a job are. */
export interface WhereaboutsParts {
  readonly effects: JobEffects;
  readonly world: World;
  readonly store: JobStore;
  readonly names: Names;
}

/** Finds out where the ranks of a job are: by what they answer, and by what is known of those that cannot. */
export class Whereabouts {
  readonly #effects: JobEffects;
  readonly #world: World;
  readonly #store: JobStore;
  readonly #names: Names;
  readonly #where: Where;

  constructor({ effects, world, store, names }: WhereaboutsParts) {
    this.#effects = effects;
    this.#world = world;
    this.#store = store;
    this.#names = names;
    this.#where = new Where(effects);
  }

  /** Ask all ranks, and hand on where each of them is once all have answered or `patienceMs` have passed. */
  find(patienceMs: number, onFound: (places: readonly RankPlace[]) => void): void {
    // The locks of one that is gone go to others before the answers are in.
    const holders = this.#store.holders();
    const members = this.#world.members.map(({ rank }) => rank);
    this.#where.ask(members, patienceMs, (answers) => {
      const ranks = this.#world.own.filter(({ left, phase }) => !left || phase !== 'ended');
      onFound(ranks.map((state) => this.#placeOf(state, answers.get(state.rank), holders)));
    });
  }

  answer(rank: number, answer: Answer): void {
    this.#where.answer(rank, answer);
  }

  /** Expect nothing more from a rank that ended. */
  ended(rank: number): void {
    this.#where.ended(rank);
  }

  /** Hand on what is known by now to whoever asked. */
  finish(): void {
    this.#where.finish();
  }

  #placeOf(state: RankState, answer: Answer | undefined, holders: Holders): RankPlace {
    const { rank, finalizing, finalizingSince } = state;
    if (answer !== undefined) {
      const finalizingMs = finalizing && this.#effects.now() - finalizingSince;
      const waits = answer.waits.map((wait) => withHolder(wait, rank, holders, this.#names));
      return { kind: 'answered', rank, waits, finalizingMs };
    }
    if (state.hostLost && state.end === undefined) return { kind: 'lost', rank };
    if (state.phase !== 'running') return { kind: 'ended', rank, end: state.end };
    return { kind: state.joined ? 'busy' : 'unjoined', rank };
  }
}
