import type { Outcome } from './outcome.ts';

/** Frames of a chain of awaits are worth more than V8's default of ten. */
const STACK_FRAMES = 50;

/** V8's setting; other engines have none and ignore it. */
interface StackLimit {
  stackTraceLimit?: number | undefined;
}

/**
 * An async function that waits for the end of a request and, when told "where" instead of "done",
 * takes a stack and waits on.
 *
 * V8 prints the async functions that await each other below the function that runs. So a stack taken
 * in here names the user's lines, although nothing was recorded when the operation started.
 */
export class StackWatch<T> {
  #outcome: Outcome<T> | undefined;
  #asked: ((stack: string) => void)[] = [];
  #wake: () => void = () => {};

  /** The promise that a request follows: call once, and let the request settle with it at once. */
  async result(): Promise<T> {
    // The request joins this promise one microtask after it settled with it; before that the chain
    // to the user's code is not there yet.
    await undefined;
    await undefined;
    for (;;) {
      if (this.#asked.length > 0) {
        const stack = stackOfAwaits();
        for (const answer of this.#asked.splice(0)) answer(stack);
      }
      if (this.#outcome !== undefined) {
        if (this.#outcome.makeError === undefined) return this.#outcome.value;
        throw withLongStack(this.#outcome.makeError);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ask for the stack below `result`; empty if nobody awaits it. */
  stack(): Promise<string> {
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.#wake();
    });
  }

  finish(outcome: Outcome<T>): void {
    this.#outcome = outcome;
    this.#wake();
  }
}

function stackOfAwaits(): string {
  const stack = withLongStack(() => new Error('where').stack ?? '');
  // Whoever awaits stands below as `at async`; a combinator such as `Promise.all` does so even unawaited.
  return /^ *at async (?!Promise\.)/m.test(stack) ? stack : '';
}

function withLongStack<R>(make: () => R): R {
  const errors = Error as StackLimit;
  const before = errors.stackTraceLimit;
  errors.stackTraceLimit = STACK_FRAMES;
  try {
    return make();
  } finally {
    errors.stackTraceLimit = before;
  }
}
