import type { JobEffects } from './effects.ts';
import type { RankFailure } from './failure.ts';
import type { World } from './world.ts';

/** Others may go on this long after a rank ended without finalize, before that is a failure. */
const PATIENCE_MS = 500;

/** What is asked, and told, of ranks that ended without finalize. */
export interface UnfinalizedParts {
  readonly effects: JobEffects;
  readonly world: World;
  /** Whether it is known why the job does not end well: then nobody is waited for any more. */
  readonly isDecided: () => boolean;
  /** Others have so long to end too, from now on. */
  readonly onWatch: (rank: number, patienceMs: number) => void;
  /** They have not ended. */
  readonly onMissed: (failure: RankFailure) => void;
}

/** Ranks that ended with code 0 but without finalize: each is a failure if others that are connected with it go on. */
export class Unfinalized {
  readonly #parts: UnfinalizedParts;
  /** In the order of time. */
  readonly #failures: RankFailure[] = [];
  #cancel: (() => void) | undefined;

  constructor(parts: UnfinalizedParts) {
    this.#parts = parts;
  }

  /** Those that are no failures yet. */
  get failures(): readonly RankFailure[] {
    return this.#failures;
  }

  add(failure: RankFailure): void {
    this.#failures.push(failure);
    this.watch();
  }

  /** What this rank would have failed by; it is not watched any more. */
  take(rank: number | undefined): RankFailure | undefined {
    const index = this.#failures.findIndex((failure) => failure.rank === rank);
    return index < 0 ? undefined : this.#failures.splice(index, 1)[0];
  }

  /** Give the others a while to end too, from when it is known who they are. Harmless to call at any time. */
  watch(): void {
    const { effects, world, isDecided, onWatch, onMissed } = this.#parts;
    const first = this.#missed;
    if (first === undefined || this.#cancel !== undefined || isDecided()) return;
    if (!world.complete) return;
    onWatch(first.rank, PATIENCE_MS);
    this.#cancel = effects.setTimer(PATIENCE_MS, () => {
      this.#cancel = undefined;
      if (isDecided()) return;
      // Whoever is left has been told that all is over, if all that were connected with it are in finalize.
      if (first === this.#missed) {
        this.take(first.rank);
        onMissed(first);
      }
      this.watch();
    });
  }

  /** Wait for nobody any longer. */
  finish(): void {
    this.#cancel?.();
  }

  /** The first of them with whom others are connected. */
  get #missed(): RankFailure | undefined {
    return this.#failures.find(({ rank }) => !this.#parts.world.state(rank).released);
  }
}
