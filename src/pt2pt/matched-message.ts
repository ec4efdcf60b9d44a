import type { TypedArray } from '../base/array-kind.ts';
import type { Limits } from '../match/limits.ts';
import type { Request } from '../request/request.ts';
import type { Status } from '../request/status.ts';

/** How a matched message may be received. */
export interface TakenOptions extends Limits {
  /** As for `receive`. */
  readonly into?: TypedArray | undefined;
}

/**
 * A message that a matched probe took: nobody else can receive it, and it should be received once.
 *
 * @see MPI-4.1 §3.8.2
 */
export class MatchedMessage {
  readonly status: Status;
  readonly #receive: (options: TakenOptions) => Request<unknown>;

  /** Made by `mprobe` and `improbe`. */
  constructor(status: Status, receive: (options: TakenOptions) => Request<unknown>) {
    this.status = status;
    this.#receive = receive;
  }

  /**
   * Receive it. Rejects with `ERR_REQUEST` the second time; but a call with a wrong argument was none.
   *
   * @see MPI-4.1 §3.8.3
   */
  receive<T = unknown>(options: TakenOptions = {}): Request<T> {
    return this.#receive(options) as Request<T>;
  }
}
