import type { JobEffects } from './effects.ts';

/** One step of ending a job: so long after the beginning, this signal. */
export interface EndingStep {
  readonly afterMs: number;
  readonly signal: NodeJS.Signals;
}

/** Ends the ranks that are left, by the steps of a plan. */
export class Ending {
  readonly #effects: JobEffects;
  /** The ranks that have anything left to end. */
  readonly #remaining: () => readonly number[];
  readonly #signalled = new Set<number>();
  #timers: (() => void)[] = [];
  #begun = false;

  constructor(effects: JobEffects, remaining: () => readonly number[]) {
    this.#effects = effects;
    this.#remaining = remaining;
  }

  /** The ranks are being ended, or are given a last moment to end by themselves. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Whether this rank's end is our doing. */
  signalled(rank: number): boolean {
    return this.#signalled.has(rank);
  }

  /** Follow a plan from now on, in place of one that is under way. */
  begin(steps: readonly EndingStep[]): void {
    this.cancel();
    this.#begun = true;
    for (const { afterMs, signal } of steps) {
      if (afterMs <= 0) this.#send(signal);
      else this.#timers.push(this.#effects.setTimer(afterMs, () => this.#send(signal)));
    }
  }

  /** End a rank that was being started when the others began to be ended. */
  join(rank: number): void {
    this.#signalled.add(rank);
    this.#effects.kill(rank, 'SIGKILL');
  }

  cancel(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers = [];
  }

  #send(signal: NodeJS.Signals): void {
    for (const rank of this.#remaining()) {
      this.#signalled.add(rank);
      this.#effects.kill(rank, signal);
    }
  }
}
