import { barrier } from '../collective/barrier/barrier.ts';
import { type BroadcastOptions, broadcast } from '../collective/broadcast/broadcast.ts';
import type { Calls } from '../collective/calls.ts';
import type { CollectiveOptions } from '../collective/check.ts';
import { NO_OPTIONS } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { AnyCommunicator } from './any-communicator.ts';
import type { Parts } from './parts.ts';
import { started } from './started.ts';

/**
 * The collective calls of one communicator: all of its ranks must make the same ones in the same order.
 *
 * Any number can be under way, and messages from rank to rank beside them. Errors are those of `send` and `receive`;
 * besides, all reject with `ERR_MISMATCH` if another rank is in another call, or in this one with another root, op, count or
 * element type. A call that gives up, by its `timeout` or `signal`, leaves the others to complete: the part of this
 * rank goes on.
 *
 * @see MPI-4.1 §6
 */
export abstract class Collectives extends AnyCommunicator {
  readonly #calls: Calls;

  constructor(parts: Parts) {
    super(parts);
    this.#calls = parts.calls;
  }

  /** Wait until every rank has called this. @see MPI-4.1 §6.3 */
  barrier(options: CollectiveOptions = NO_OPTIONS): Request<void> {
    return started(() => barrier(this.#calls, options));
  }

  /**
   * Bring a value of one rank, the root, to all.
   *
   * @param value  counts on the root alone
   * @returns the value; on the root the very value it gave; with `into` that array, of which the first elements are new
   * @throws MpiError as `send` and `receive` for the value and `into`
   * @see MPI-4.1 §6.4
   */
  broadcast<T>(value?: T, options: BroadcastOptions = NO_OPTIONS): Request<T> {
    return started(() => broadcast(this.#calls, value, options) as Request<T>);
  }
}
