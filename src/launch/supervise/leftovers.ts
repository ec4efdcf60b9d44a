import type { JobEffects } from './effects.ts';

/** What a rank started may outlive it by this long, to end by itself. */
const PATIENCE_MS = 500;
/** Between SIGTERM and SIGKILL for what is left after that. */
const TERM_MS = 250;
/** Nobody reports the end of a process that is not our child: look this often. */
const LOOK_MS = 50;

interface Rest {
  readonly since: number;
  outputOpen: boolean;
  terminated: boolean;
  cancel: () => void;
}

/**
 * Sees to what a rank leaves behind when it ends: descendants in its process group, and output
 * streams that somebody still holds open.
 */
export class Leftovers {
  readonly #effects: JobEffects;
  readonly #onSettled: () => void;
  readonly #closed = new Set<number>();
  readonly #rests = new Map<number, Rest>();

  constructor(effects: JobEffects, onSettled: () => void) {
    this.#effects = effects;
    this.#onSettled = onSettled;
  }

  /** Nothing is left of any rank that ended. */
  get settled(): boolean {
    return this.#rests.size === 0;
  }

  /** The processes of these ranks are gone, all at once. */
  ended(...ranks: readonly number[]): void {
    for (const rank of ranks) {
      this.#rests.set(rank, {
        since: this.#effects.now(),
        outputOpen: !this.#closed.has(rank),
        terminated: false,
        cancel: () => {},
      });
    }
    for (const [rank, rest] of [...this.#rests]) if (ranks.includes(rank)) this.#look(rank, rest);
  }

  /** A rank's output has come to its end. */
  closed(rank: number): void {
    this.#closed.add(rank);
    const rest = this.#rests.get(rank);
    if (rest === undefined) return;
    rest.outputOpen = false;
    this.#look(rank, rest);
  }

  #look(rank: number, rest: Rest): void {
    rest.cancel();
    const age = this.#effects.now() - rest.since;
    if (rest.outputOpen && age >= PATIENCE_MS) {
      rest.outputOpen = false;
      this.#effects.abandon(rank);
    }
    if (this.#groupLives(rank, rest, age) || rest.outputOpen) {
      rest.cancel = this.#effects.setTimer(LOOK_MS, () => this.#look(rank, rest));
      return;
    }
    this.#rests.delete(rank);
    this.#onSettled();
  }

  #groupLives(rank: number, rest: Rest, age: number): boolean {
    if (!this.#effects.alive(rank)) return false;
    if (age >= PATIENCE_MS + TERM_MS) {
      this.#effects.kill(rank, 'SIGKILL');
      return false;
    }
    if (age >= PATIENCE_MS && !rest.terminated) {
      rest.terminated = true;
      this.#effects.kill(rank, 'SIGTERM');
    }
    return true;
  }
}
