import type { JobEffects } from './effects.ts';
import { causeOf, type RankFailure } from './failure.ts';

/** How long a failure that another rank caused waits for that rank's own. */
const CAUSE_PATIENCE_MS = 300;

/**
 * Decides which failure is the job's: the first in time that no other rank caused.
 *
 * News travels on two ways: a rank may report that it lost a peer before the launcher sees that peer
 * end. Such a report waits a moment for its cause, and counts by itself only if none comes.
 */
export class Verdict {
  readonly #effects: JobEffects;
  readonly #onMain: (main: RankFailure) => void;
  readonly #failures: RankFailure[] = [];
  #main: RankFailure | undefined;
  #cancelWait: (() => void) | undefined;

  constructor(effects: JobEffects, onMain: (main: RankFailure) => void) {
    this.#effects = effects;
    this.#onMain = onMain;
  }

  /** The job's failure, once it is known. */
  get main(): RankFailure | undefined {
    return this.#main;
  }

  /** All failures but the main one, in the order of time. */
  get others(): readonly RankFailure[] {
    return this.#failures.filter((failure) => failure !== this.#main);
  }

  /** Tell whether a failure waits for its cause, and blames `rank` for it. */
  blames(rank: number): boolean {
    return this.#main === undefined && this.#failures.some((failure) => causeOf(failure) === rank);
  }

  /**
   * Take in a failure.
   *
   * @param causeMayCome  whether the rank that caused it may yet report its own
   */
  record(failure: RankFailure, causeMayCome: boolean): void {
    this.#failures.push(failure);
    if (this.#main !== undefined) return;
    if (causeOf(failure) === undefined) this.#decide(failure);
    else if (!causeMayCome) this.settle();
    else this.#cancelWait ??= this.#effects.setTimer(CAUSE_PATIENCE_MS, () => this.settle());
  }

  /** Wait for no cause any longer. */
  settle(): void {
    const [first] = this.#failures;
    if (this.#main === undefined && first !== undefined) this.#decide(first);
  }

  /** Forget all: the job ends for another reason. */
  dismiss(): void {
    this.#cancelWait?.();
    this.#failures.length = 0;
  }

  #decide(main: RankFailure): void {
    this.#cancelWait?.();
    this.#main = main;
    this.#onMain(main);
  }
}
