import type { ToRank } from '../../control/message.ts';
import type { JobEffects } from './effects.ts';

/** Counts what each rank is told that may bring it to act: all but questions. */
export class Told {
  /** Those of the job, counted. */
  readonly effects: JobEffects;
  readonly #counts: number[] = [];

  constructor(effects: JobEffects) {
    const send = (rank: number, message: ToRank): void => {
      if (message.kind !== 'where') this.#counts[rank] = this.to(rank) + 1;
      effects.send(rank, message);
    };
    this.effects = { ...effects, send };
  }

  /** How much a rank was told. */
  to(rank: number): number {
    return this.#counts[rank] ?? 0;
  }
}
