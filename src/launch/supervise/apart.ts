import type { JobEffects } from './effects.ts';
import { Ending, type EndingStep } from './ending.ts';
import { failureExitCode, type RankFailure } from './failure.ts';
import { Verdict } from './verdict.ts';

/** What failures among processes that have disconnected from the others do. */
export interface ApartEffects {
  readonly effects: JobEffects;
  /** Those of these ranks that have anything left to end. */
  readonly remaining: (group: readonly number[]) => readonly number[];
  /** This is why those who are connected with the rank are ended, or would be. */
  readonly onMain: (main: RankFailure, group: readonly number[]) => void;
}

/**
 * Judges failures among processes that are connected with nobody of the first world. They end those with whom the process that
 * failed is connected, and nobody else; but the job has not gone well then.
 */
export class Apart {
  readonly #parts: ApartEffects;
  /** One for those who are connected, by the first of them. */
  readonly #verdicts = new Map<number, Verdict>();
  readonly #endings: Ending[] = [];
  #exitCode: number | undefined;

  constructor(parts: ApartEffects) {
    this.#parts = parts;
  }

  /** The code of the first such failure; undefined if there was none. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Take in a failure. @see Verdict.record */
  record(group: readonly number[], failure: RankFailure, causeMayCome: boolean): void {
    const first = group[0] as number;
    let verdict = this.#verdicts.get(first);
    if (verdict === undefined) {
      verdict = new Verdict(this.#parts.effects, (main) => {
        this.#exitCode ??= failureExitCode(main);
        this.#parts.onMain(main, group);
      });
      this.#verdicts.set(first, verdict);
    }
    verdict.record(failure, causeMayCome);
  }

  /** Whether a failure waits for its cause, and blames this rank for it. */
  blames(rank: number): boolean {
    return [...this.#verdicts.values()].some((verdict) => verdict.blames(rank));
  }

  /** A rank has no failure of its own that could still come. */
  settle(rank: number): void {
    for (const verdict of this.#verdicts.values()) if (verdict.blames(rank)) verdict.settle();
  }

  /** End these ranks by the steps of a plan. */
  end(group: readonly number[], steps: readonly EndingStep[]): void {
    const ending = new Ending(this.#parts.effects, () => this.#parts.remaining(group));
    this.#endings.push(ending);
    ending.begin(steps);
  }

  finish(): void {
    for (const verdict of this.#verdicts.values()) verdict.settle();
    for (const ending of this.#endings) ending.cancel();
  }
}
