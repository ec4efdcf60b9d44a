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

/**
 * One started operation, and a promise of its result.
 *
 * Awaiting it is MPI's wait; not awaiting it yet is MPI's non-blocking form.
 *
 * @see MPI-4.1 §3.7
 */
export class Request<T> extends Promise<T> {
  #settle: (value: unknown) => void;
  readonly #operation: Operation | undefined;
  #outcome: Outcome<T> | undefined;
  #watch: StackWatch<T> | undefined;
  /** Whether an error of this need not be handled by anybody. */
  #failureExpected = false;
  /** Whether the error is made: from then on it can be handled. */
  #failureMade = false;
  /** Requests that wait for this one, such as the result of a `waitAny`. */
  #dependents: Map<Request<unknown>, () => void> | undefined;

  /** Requests are made by the operations of a communicator, not by its users. */
  constructor(operation?: Operation) {
    super(capture);
    this.#settle = captured;
    this.#operation = operation;
  }

  /** Source, tag and size of the message; undefined until the operation is complete. */
  get status(): Status | undefined {
    return this.#outcome === undefined ? undefined : this.#operation?.status;
  }

  /** Tell, without waiting, whether the operation is complete. @see MPI-4.1 §3.7.3 */
  test(): boolean {
    return this.#outcome !== undefined;
  }

  /**
   * Undo the operation if nothing was matched with it yet.
   *
   * @returns true if it was undone: then awaiting the request rejects with `ERR_CANCELLED`, and
   *   `status.cancelled` is true. False if it completes, or has completed, all the same.
   * @see MPI-4.1 §3.8.4
   */
  cancel(): Promise<boolean> {
    if (this.#outcome !== undefined || this.#operation === undefined) return Promise.resolve(false);
    return this.#operation.cancel();
  }

  /** Complete with a result; only the operation behind the request calls this. */
  static complete<T>(request: Request<T>, value: T): void {
    request.#outcome = { value };
    if (request.#watch === undefined) request.#settle(value);
    else request.#watch.finish(request.#outcome);
    request.#notify();
  }

  /**
   * Complete with an error whose stack goes on to the line of the user that waits.
   *
   * Nothing is recorded when an operation starts. Instead the request is made to follow an async
   * function, which creates the error: V8 continues its stack along the chain of awaits.
   */
  static fail(request: Request<unknown>, makeError: () => unknown): void {
    request.#outcome = { makeError };
    const make = (): unknown => {
      const error = makeError();
      request.#failureMade = true;
      if (request.#failureExpected) request.#handleFailure();
      return error;
    };
    request.#startWatch().finish({ makeError: make });
    request.#notify();
  }

  /** Tell how a completed request ended; undefined while it is under way. */
  static outcome<T>(request: Request<T>): Outcome<T> | undefined {
    return request.#outcome;
  }

  /**
   * Report the stack of the user's code that waits for this request; empty if nobody does.
   *
   * Costs nothing until it is asked for, and does not disturb the request. If several wait for the
   * promise itself, as two awaits or a `catch` beside an await, V8 cannot tell, and it is empty as well.
   */
  static async where(request: Request<unknown>): Promise<string> {
    if (request.#outcome !== undefined) return '';
    for (const dependent of [...(request.#dependents?.keys() ?? [])]) {
      const stack = await Request.where(dependent);
      if (stack !== '') return stack;
    }
    return await request.#startWatch().stack();
  }

  /**
   * Take an error that nobody awaits as seen, here and by what waits for this: it is reported
   * elsewhere, or meant.
   */
  static expectFailure(request: Request<unknown>): void {
    if (!request.#failureExpected && request.#failureMade) request.#handleFailure();
    request.#failureExpected = true;
    for (const dependent of request.#dependents?.keys() ?? []) Request.expectFailure(dependent);
  }

  /**
   * Run `callback` when `request` completes, on behalf of `dependent`, which somebody awaits.
   *
   * An error of `request` is then the dependent's to report.
   */
  static follow(
    request: Request<unknown>,
    dependent: Request<unknown>,
    callback: () => void,
  ): void {
    if (request.#dependents === undefined) {
      request.#dependents = new Map();
      Request.expectFailure(request);
    }
    request.#dependents.set(dependent, callback);
  }

  /** Call off `follow`, so that a long wait over many short ones keeps nothing. */
  static unfollow(request: Request<unknown>, dependent: Request<unknown>): void {
    request.#dependents?.delete(dependent);
  }

  /** Not before the error is made: V8 continues a stack only along promises that one thing awaits. */
  #handleFailure(): void {
    this.then(undefined, () => {});
  }

  #startWatch(): StackWatch<T> {
    if (this.#watch === undefined) {
      this.#watch = new StackWatch();
      this.#settle(this.#watch.result());
    }
    return this.#watch;
  }

  #notify(): void {
    if (this.#dependents === undefined) return;
    for (const callback of [...this.#dependents.values()]) callback();
    this.#dependents.clear();
  }
}

// `await` takes the fast path, without a promise in between, only for promises whose constructor is
// Promise itself. It also makes `then` return plain promises.
Object.defineProperty(Request.prototype, 'constructor', { value: Promise, configurable: true });
