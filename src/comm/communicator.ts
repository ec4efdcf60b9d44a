import { barrier } from '../collective/barrier/barrier.ts';
import { type BroadcastOptions, broadcast } from '../collective/broadcast/broadcast.ts';
import type { Calls } from '../collective/calls.ts';
import type { CollectiveOptions } from '../collective/check.ts';
import { type Channel, rejected } from '../pt2pt/channel.ts';
import { NO_OPTIONS } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { PointToPoint } from './point-to-point.ts';

/** What a communicator is made of. */
export interface CommunicatorParts {
  readonly name: string;
  /** The messages of the user. */
  readonly channel: Channel;
  /** The collective calls. */
  readonly calls: Calls;
}

/**
 * A group of ranks that can talk to each other, seen from one of them.
 *
 * All of them must make the same collective calls in the same order; any number can be under way. A call with a
 * `timeout` or `signal` that gives up leaves the others to complete.
 *
 * @see MPI-4.1 §6, §7
 */
export class Communicator extends PointToPoint {
  /** For messages to people. */
  readonly name: string;
  /** Number of ranks. @see MPI-4.1 §7.4.1 */
  readonly size: number;
  readonly #calls: Calls;

  /** Communicators come from the library: `world`, `self`, and what is made of them. */
  constructor({ name, channel, calls }: CommunicatorParts) {
    super(channel);
    this.name = name;
    this.size = channel.size;
    this.#calls = calls;
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

/** A wrong argument rejects the request, as every other failure does. */
function started<T>(start: () => Request<T>): Request<T> {
  try {
    return start();
  } catch (error) {
    return rejected(error);
  }
}
