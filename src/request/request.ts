import { MpiError } from '../base/error.ts';
import type { Outcome } from './outcome.ts';
import { StackWatch } from './stack-watch.ts';
import type { Status } from './status.ts';

/** What stands behind a request: the engine's side of one operation. */
export interface Operation {
  /** Known once the operation is complete. */
  readonly status: Status | undefined;
  /** Try to undo it; resolves to whether that succeeded. */
  cancel(): Promise<boolean>;
}

// One function for all requests: to make one for each costs a tenth of a message.
let captured!: (value: unknown) => void;
const capture = (resolve: (value: never) => void): void => {
  captured = resolve as (value: unknown) => void;
};

/** A request that waits for another one, such as the result of a `waitAny`. */
interface Dependent {
  readonly request: Request<unknown>;
  readonly onComplete: (completed: Request<unknown>) => void;
}

/** What only some requests have: it is made when the first of it is needed. */
class Extras<T> {
  watch: StackWatch<T> | undefined;
  /** Whether an error of this need not be handled by anybody. */
  failureExpected = false;
  /** Whether the error is made: from then on it can be handled. */
  failureMade = false;
  dependents: Dependent[] = [];
}

/** How far a request has come. */
const UNDER_WAY = 0;
const COMPLETE = 1;
const FAILED = 2;

/**
 * One started operation, and a promise of its result.
 *
 * Awaiting it is MPI's wait; not awaiting it yet is MPI's non-blocking form.
 *
 * @see MPI-4.1 §3.7
 */
export class Request<T> extends Promise<T> {
  // One is made for each message: as few fields as can be, and no private methods, which cost one more.
  readonly #settle: (value: unknown) => void;
  readonly #operation: Operation | undefined;
  #state: typeof UNDER_WAY | typeof COMPLETE | typeof FAILED;
  /** The result once complete, what makes the error once failed. */
  #result: unknown;
  #extras: Extras<T> | undefined;

  /** Requests are made by the operations of a communicator, not by its users. */
  constructor(operation?: Operation) {
    super(capture);
    this.#settle = captured;
    this.#operation = operation;
    this.#state = UNDER_WAY;
    this.#result = undefined;
    this.#extras = undefined;
  }

  /** Source, tag and size of the message; undefined until the operation is complete. */
  get status(): Status | undefined {
    return this.#state === UNDER_WAY ? undefined : this.#operation?.status;
  }

  /** Tell, without waiting, whether the operation is complete. @see MPI-4.1 §3.7.3 */
  test(): boolean {
    return this.#state !== UNDER_WAY;
  }

  /**
   * Undo the operation if nothing was matched with it yet.
   *
   * @returns true if it was undone: then awaiting the request rejects with `ERR_CANCELLED`, and
   *   `status.cancelled` is true. False if it completes, or has completed, all the same.
   * @see MPI-4.1 §3.8.4
   */
  cancel(): Promise<boolean> {
    if (this.#state !== UNDER_WAY || this.#operation === undefined) return Promise.resolve(false);
    return this.#operation.cancel();
  }

  /**
   * Refuse to be a number or a text: `${world.receive(1)}` would go on with "[object Promise]".
   *
   * @throws MpiError `ERR_REQUEST`
   */
  [Symbol.toPrimitive](): never {
    throw new MpiError(
      'ERR_REQUEST',
      'a call of tsmpi was used as if it were its result, which is not there yet; write `await` before it',
    );
  }

  /** Complete with a result; only the operation behind the request calls this. */
  static complete<T>(request: Request<T>, value: T): void {
    request.#state = COMPLETE;
    request.#result = value;
    const extras = request.#extras;
    if (extras === undefined) {
      request.#settle(value);
      return;
    }
    if (extras.watch === undefined) request.#settle(value);
    else extras.watch.finish({ value });
    notify(request, extras);
  }

  /**
   * Complete with an error whose stack goes on to the line of the user that waits.
   *
   * Nothing is recorded when an operation starts. Instead the request is made to follow an async
   * function, which creates the error: V8 continues its stack along the chain of awaits.
   */
  static fail(request: Request<unknown>, makeError: () => unknown): void {
    request.#state = FAILED;
    request.#result = makeError;
    const extras = Request.#extrasOf(request);
    const make = (): unknown => {
      const error = makeError();
      extras.failureMade = true;
      if (extras.failureExpected) handleFailure(request);
      return error;
    };
    Request.#watch(request).finish({ makeError: make });
    notify(request, extras);
  }

  /** Tell how a completed request ended; undefined while it is under way. */
  static outcome<T>(request: Request<T>): Outcome<T> | undefined {
    if (request.#state === UNDER_WAY) return undefined;
    if (request.#state === COMPLETE) return { value: request.#result as T };
    return { makeError: request.#result as () => unknown };
  }

  /**
   * Report the stack of the user's code that waits for this request; empty if nobody does.
   *
   * Costs nothing until it is asked for, and does not disturb the request. If several wait for the
   * promise itself, as two awaits or a `catch` beside an await, V8 cannot tell, and it is empty as well.
   */
  static async where(request: Request<unknown>): Promise<string> {
    if (request.#state !== UNDER_WAY) return '';
    for (const dependent of [...(request.#extras?.dependents ?? [])]) {
      const stack = await Request.where(dependent.request);
      if (stack !== '') return stack;
    }
    return await Request.#watch(request).stack();
  }

  /**
   * Take an error that nobody awaits as seen, here and by what waits for this: it is reported
   * elsewhere, or meant.
   */
  static expectFailure(request: Request<unknown>): void {
    const extras = Request.#extrasOf(request);
    if (!extras.failureExpected && extras.failureMade) handleFailure(request);
    extras.failureExpected = true;
    for (const dependent of extras.dependents) Request.expectFailure(dependent.request);
  }

  /**
   * Run `onComplete` when `request` completes, on behalf of `dependent`, which somebody awaits.
   *
   * An error of `request` is then the dependent's to report.
   */
  static follow(
    request: Request<unknown>,
    dependent: Request<unknown>,
    onComplete: (completed: Request<unknown>) => void,
  ): void {
    // One request stands for all sends that are complete at once: it must not remember who asked.
    if (request.#state === COMPLETE) return;
    const extras = Request.#extrasOf(request);
    if (!extras.failureExpected) Request.expectFailure(request);
    extras.dependents.push({ request: dependent, onComplete });
  }

  /** Call off `follow`, so that a long wait over many short ones keeps nothing. */
  static unfollow(request: Request<unknown>, dependent: Request<unknown>): void {
    const extras = request.#extras;
    if (extras === undefined) return;
    extras.dependents = extras.dependents.filter((other) => other.request !== dependent);
  }

  static #extrasOf<T>(request: Request<T>): Extras<T> {
    request.#extras ??= new Extras<T>();
    return request.#extras;
  }

  static #watch<T>(request: Request<T>): StackWatch<T> {
    const extras = Request.#extrasOf(request);
    if (extras.watch === undefined) {
      extras.watch = new StackWatch();
      request.#settle(extras.watch.result());
    }
    return extras.watch;
  }
}

/** Not before the error is made: V8 continues a stack only along promises that one thing awaits. */
function handleFailure(request: Request<unknown>): void {
  request.then(undefined, () => {});
}

function notify(request: Request<unknown>, extras: Extras<unknown>): void {
  const { dependents } = extras;
  if (dependents.length === 0) return;
  extras.dependents = [];
  for (const { onComplete } of dependents) onComplete(request);
}

// `await` takes the fast path, without a promise in between, only for promises whose constructor is
// Promise itself. It also makes `then` return plain promises.
Object.defineProperty(Request.prototype, 'constructor', { value: Promise, configurable: true });
