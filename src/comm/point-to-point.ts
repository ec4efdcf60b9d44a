import { ANY_SOURCE, ANY_TAG } from '../base/constants.ts';
import { isRank } from '../base/rank.ts';
import {
  type Channel,
  type ProbeOptions,
  type ReceiveOptions,
  rejected,
  type SendOptions,
} from '../pt2pt/channel.ts';
import { checkObject, checkReceive, checkSend, checkTaken, NO_OPTIONS } from '../pt2pt/check.ts';
import type { MatchedMessage, TakenOptions } from '../pt2pt/matched-message.ts';
import { messages, type Received } from '../pt2pt/messages.ts';
import { PersistentRequest } from '../pt2pt/persistent.ts';
import { both } from '../pt2pt/send-receive.ts';
import { Request } from '../request/request.ts';
import type { Status } from '../request/status.ts';

/** How a `sendReceive` may differ from the plain one. */
export interface SendReceiveOptions extends ReceiveOptions {
  /** Tag of the message that is sent; `tag`, or else 0, if left out. */
  readonly sendTag?: number | undefined;
  /** Tag of the message that is received; `tag`, or else ANY_TAG, if left out. */
  readonly receiveTag?: number | undefined;
}

/**
 * Messages from one rank to another within one communicator.
 *
 * Every operation starts when it is called and returns a `Request`, a promise of its result: awaiting it
 * is MPI's blocking form, not awaiting it yet the non-blocking one. All reject with `ERR_RANK`, `ERR_TAG`
 * or `ERR_ARG` for illegal arguments, `ERR_COMM` after `free`, `ERR_FINALIZED` after `finalize`, `ERR_TIMEOUT` and the
 * signal's reason where those were given, `ERR_PROC_FAILED` if a rank they need is lost, and
 * `ERR_PROC_FINISHED` if it has finished.
 *
 * @see MPI-4.1 §3
 */
export abstract class PointToPoint {
  /** This rank, from 0 to `size - 1`. @see MPI-4.1 §7.4.1 */
  readonly rank: number;
  /** How many ranks messages can go to. */
  readonly #reach: number;
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.rank = channel.rank;
    this.#reach = channel.size;
    this.#channel = channel;
  }

  /**
   * Send a value to one rank. Any structured value may be sent and arrives equal; typed arrays,
   * ArrayBuffers, DataViews and Buffers travel as bytes.
   *
   * Up to the eager limit (32 KiB, `tsrun --eager`) a standard send is complete at once. Beyond it, it
   * is complete when a receive was matched with it, and a typed array must not be changed until then.
   *
   * @throws MpiError `ERR_TYPE` for functions, symbols and the like, with their path inside the value;
   *   `ERR_READY` if a ready send finds no receive posted
   * @see MPI-4.1 §3.2.1, §3.4
   */
  send<T>(value: T, dest: number, options: SendOptions = NO_OPTIONS): Request<void> {
    // Written out, and not handed to `#checked`: this is run for every message.
    if (options === NO_OPTIONS && isRank(dest, this.#reach)) {
      return this.#channel.sendWith(value, dest, 0, 'standard', undefined);
    }
    try {
      checkSend(this.#channel.endpoint, 'send', dest, options);
    } catch (error) {
      return rejected(error);
    }
    return this.#channel.send(value, dest, options);
  }

  /**
   * Receive one message, from any rank and with any tag unless they are named.
   *
   * Messages of one sender are received in the order in which it sent them. From PROC_NULL comes undefined, or `into` as it is.
   *
   * @returns the value; with `into` that same array, of which the first `status.count` elements are new
   * @throws MpiError `ERR_TRUNCATE` if `into` is too short, `ERR_TYPE` if its elements are of another
   *   type, `ERR_BUFFER` if it overlaps that of another pending receive
   * @see MPI-4.1 §3.2.4, §3.5
   */
  receive<T = unknown>(
    source: number = ANY_SOURCE,
    options: ReceiveOptions = NO_OPTIONS,
  ): Request<T> {
    if (options === NO_OPTIONS && isRank(source, this.#reach)) {
      return this.#channel.receiveWith(source, ANY_TAG, undefined, undefined) as Request<T>;
    }
    try {
      checkReceive(this.#channel.endpoint, 'receive', source, options);
    } catch (error) {
      return rejected(error);
    }
    return this.#channel.receive(source, options) as Request<T>;
  }

  /**
   * Send one value and receive another, in whichever order they come: rings and exchanges cannot lock up.
   *
   * @returns what was received, once both are complete
   * @see MPI-4.1 §3.11
   */
  sendReceive<T = unknown>(
    value: unknown,
    dest: number,
    source: number = ANY_SOURCE,
    options: SendReceiveOptions = {},
  ): Request<T> {
    const { sendTag, receiveTag, tag, into, timeout, signal } = options ?? {};
    const sending = { tag: sendTag ?? tag ?? 0, timeout, signal };
    const receiving = { tag: receiveTag ?? tag ?? ANY_TAG, into, timeout, signal };
    return this.#checked(
      () => {
        checkObject(this.#channel.endpoint, 'sendReceive', options);
        checkSend(this.#channel.endpoint, 'sendReceive', dest, sending);
        checkReceive(this.#channel.endpoint, 'sendReceive', source, receiving);
      },
      () => {
        const send = this.#channel.send(value, dest, sending);
        // Without its other half, as of a value that cannot be sent, it takes nobody's message.
        if (Request.outcome(send)?.makeError !== undefined) return send as Request<never>;
        return both(send, this.#channel.receive(source, receiving) as Request<T>);
      },
    );
  }

  /**
   * Wait until a message is there, without receiving it: its size can be known first.
   *
   * @see MPI-4.1 §3.8.1
   */
  probe(source: number = ANY_SOURCE, options: ProbeOptions = {}): Request<Status> {
    return this.#checked(
      () => checkReceive(this.#channel.endpoint, 'probe', source, options),
      () => this.#channel.probe(source, options),
    );
  }

  /**
   * Look whether a message is there. A loop over it must let the event loop turn, or none arrives.
   *
   * @returns undefined if there is none
   * @see MPI-4.1 §3.8.1
   */
  iprobe(source: number = ANY_SOURCE, options: ProbeOptions = {}): Status | undefined {
    checkReceive(this.#channel.endpoint, 'iprobe', source, options);
    return this.#channel.iprobe(source, options.tag);
  }

  /** Wait for a message and take it: only the result can receive it. @see MPI-4.1 §3.8.2 */
  mprobe(source: number = ANY_SOURCE, options: ProbeOptions = {}): Request<MatchedMessage> {
    return this.#checked(
      () => checkReceive(this.#channel.endpoint, 'mprobe', source, options),
      () => this.#channel.mprobe(source, options, this.#checkTaken),
    );
  }

  /** Look for a message and take it if it is there. @see MPI-4.1 §3.8.2 */
  improbe(source: number = ANY_SOURCE, options: ProbeOptions = {}): MatchedMessage | undefined {
    checkReceive(this.#channel.endpoint, 'improbe', source, options);
    return this.#channel.improbe(source, options.tag ?? ANY_TAG, this.#checkTaken);
  }

  /**
   * Receive messages in a loop: `for await (const { value, status } of world.messages<Job>())`.
   *
   * Ends only when the loop is left, or with an error; a pending receive is then called off.
   */
  messages<T = unknown>(
    options: ProbeOptions & { readonly source?: number } = {},
  ): AsyncIterableIterator<Received<T>> {
    return messages(() => {
      const request = this.receive<T>(options?.source, options);
      // Whoever loops over messages never knows which is the last.
      this.#channel.excuse(request);
      return request;
    });
  }

  /** Fix the arguments of a send that is to be started many times. @see MPI-4.1 §3.9 */
  sendInit<T>(value: T, dest: number, options: SendOptions = {}): PersistentRequest<void> {
    checkSend(this.#channel.endpoint, 'sendInit', dest, options);
    const fixed = { ...options };
    return new PersistentRequest(() => this.#channel.send(value, dest, fixed));
  }

  /** Fix the arguments of a receive that is to be started many times. @see MPI-4.1 §3.9 */
  receiveInit<T = unknown>(
    source: number = ANY_SOURCE,
    options: ReceiveOptions = {},
  ): PersistentRequest<T> {
    checkReceive(this.#channel.endpoint, 'receiveInit', source, options);
    const fixed = { ...options };
    return new PersistentRequest(() => this.#channel.receive(source, fixed) as Request<T>);
  }

  readonly #checkTaken = (options: TakenOptions): void => {
    checkTaken(this.#channel.endpoint, 'receive of a matched message', options);
  };

  /** A wrong argument rejects the request, as every other failure does. */
  #checked<T>(check: () => void, start: () => Request<T>): Request<T> {
    try {
      check();
    } catch (error) {
      return rejected(error);
    }
    return start();
  }
}
