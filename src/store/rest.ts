import type { Clock } from '../base/clock.ts';
import type { Request } from '../request/request.ts';

/** Find the user's line that waits for a request. */
export type LineOf = (request: Request<unknown>) => Promise<string | undefined>;

/** Whoever waits for locks alone for so long looks whether it can do anything else. */
const REST_MS = 200;

/** What this needs to know of the process. */
export interface RestParts {
  readonly clock: Clock;
  /** Whether nobody else minds that the event loop runs empty; left out: nobody does. */
  readonly mayRest?: (() => boolean) | undefined;
}

/**
 * Whether a process does nothing but wait for locks that others have.
 *
 * That is looked for only when it has lasted for a while, so that locks that go around cost nothing more. Then the process no longer
 * is kept alive by what it waits for; and if its event loop runs empty, nothing in it can ever let go of a lock of its own.
 */
export class Rest {
  readonly #parts: RestParts;
  readonly #onDue: () => void;
  #state: 'busy' | 'looking' | 'due' | 'stuck' = 'busy';
  #stopLooking: (() => void) | undefined;

  /** @param onDue  called when there was nothing else for a while */
  constructor(parts: RestParts, onDue: () => void) {
    this.#parts = parts;
    this.#onDue = onDue;
  }

  /** It is to be seen whether there is anything else in this process. */
  get due(): boolean {
    return this.#state === 'due';
  }

  /** There was nothing else, and nothing has happened since. */
  get stuck(): boolean {
    return this.#state === 'stuck';
  }

  /** A call begins or ends. */
  busy(): void {
    this.#state = 'busy';
    this.#stopLooking?.();
  }

  /** All calls that there are wait for locks. */
  look(): void {
    if (this.#state !== 'busy') return;
    this.#state = 'looking';
    const { clock, mayRest } = this.#parts;
    this.#stopLooking = clock.after(REST_MS, () => {
      if (mayRest?.() === false) return;
      this.#state = 'due';
      this.#onDue();
    });
  }

  /** There is nothing else. */
  found(): void {
    this.#state = 'stuck';
  }
}
