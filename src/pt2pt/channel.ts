import type { TypedArray } from '../base/array-kind.ts';
import { ANY_SOURCE, ANY_TAG, PROC_NULL } from '../base/constants.ts';
import { MpiError } from '../base/error.ts';
import type { Endpoint } from '../match/endpoint.ts';
import type { Engine } from '../match/engine.ts';
import { describeSource, type Envelope } from '../match/envelope.ts';
import type { Limits } from '../match/limits.ts';
import type { Mailbox } from '../match/mailbox.ts';
import type { Message } from '../match/message.ts';
import type { PendingOperation } from '../match/operation.ts';
import { ReceiveOperation } from '../match/receive-operation.ts';
import type { SendMode } from '../match/send-operation.ts';
import { Request } from '../request/request.ts';
import { PROC_NULL_STATUS, type Status } from '../request/status.ts';
import { MatchedMessage, type TakenOptions } from './matched-message.ts';

export type { Limits } from '../match/limits.ts';
export type { SendMode } from '../match/send-operation.ts';

/** How a send may differ from MPI's plain one. */
export interface SendOptions extends Limits {
  /** 0 … 2^31 - 1; 0 if left out. */
  readonly tag?: number | undefined;
  /** `standard` if left out. @see MPI-4.1 §3.4 */
  readonly mode?: SendMode | undefined;
}

/** What a probe may ask for besides the source. */
export interface ProbeOptions extends Limits {
  /** ANY_TAG if left out. */
  readonly tag?: number | undefined;
}

/** How a receive may differ from the plain one. */
export interface ReceiveOptions extends ProbeOptions {
  /** A typed array of the sender's element type, at least as long as the message: it is filled and returned. */
  readonly into?: TypedArray | undefined;
}

/** Reject what a user may not ask of the receive of a matched message, by throwing. */
export type CheckTaken = (options: TakenOptions) => void;

/**
 * Point-to-point messages within one context. Arguments are trusted: `comm/` checks the user's.
 *
 * Every operation starts when it is called, and a mistake found on the way is a rejected request.
 */
export class Channel {
  readonly #engine: Engine;
  readonly #mailbox: Mailbox;
  #freed = false;

  constructor(engine: Engine, endpoint: Endpoint) {
    this.#engine = engine;
    this.#mailbox = engine.open(endpoint);
  }

  /** This rank and those that it talks to. */
  get endpoint(): Endpoint {
    return this.#mailbox.endpoint;
  }

  get rank(): number {
    return this.#mailbox.endpoint.rank;
  }

  get size(): number {
    return this.#mailbox.endpoint.size;
  }

  get freed(): boolean {
    return this.#freed;
  }

  /** Start nothing more; what was started still ends. */
  free(): void {
    this.#freed = true;
  }

  /** Drop what is unread, and what comes for which nothing waits: this rank has given the communicator up for good. */
  refuse(): void {
    this.#engine.receiver.refuse(this.#mailbox);
  }

  /** What is under way, oldest first. */
  readonly pending: () => PendingOperation<unknown>[] = () => {
    const { context } = this.#mailbox.endpoint;
    return this.#engine.operations().filter(({ endpoint }) => endpoint.context === context);
  };

  /** Accept no more messages, once what was started has ended. All ranks must have freed it. */
  close(): Promise<void> {
    return this.#engine.receiver.close(this.#mailbox);
  }

  /** Take in that nothing need come for a receive. */
  excuse(_request: Request<unknown>): void {}

  // Send and receive are written out, for each message goes through them; the others use `#start`.

  send(value: unknown, dest: number, options: SendOptions): Request<void> {
    const { tag = 0, mode = 'standard' } = options;
    return this.sendWith(value, dest, tag, mode, limitsOf(options));
  }

  /** Send with the options one by one: to look for each in an object costs, though none be there. */
  sendWith(
    value: unknown,
    dest: number,
    tag: number,
    mode: SendMode,
    limits: Limits | undefined,
  ): Request<void> {
    if (limits?.signal?.aborted) return rejected(limits.signal.reason);
    try {
      this.#assertOpen();
      if (dest === PROC_NULL) return completed(undefined, PROC_NULL_STATUS);
      const { sender } = this.#engine;
      return sender.send(this.#mailbox.endpoint, dest, tag, mode, value, limits);
    } catch (error) {
      return rejected(this.#explain(`send to ${dest}, tag ${tag}`, error));
    }
  }

  receive(source: number, options: ReceiveOptions): Request<unknown> {
    const { tag = ANY_TAG, into } = options;
    return this.receiveWith(source, tag, into, limitsOf(options));
  }

  /** Receive with the options one by one. */
  receiveWith(
    source: number,
    tag: number,
    into: TypedArray | undefined,
    limits: Limits | undefined,
  ): Request<unknown> {
    if (limits?.signal?.aborted) return rejected(limits.signal.reason);
    try {
      this.#assertOpen();
      if (source === PROC_NULL) return completed(into, PROC_NULL_STATUS);
      const { receiver } = this.#engine;
      const mailbox = this.#mailbox;
      const receive = new ReceiveOperation(receiver, mailbox.endpoint, source, tag, into);
      receiver.receive(mailbox, receive, limits);
      return receive.request;
    } catch (error) {
      return rejected(this.#explain(`receive from ${describeSource({ source, tag })}`, error));
    }
  }

  probe(source: number = ANY_SOURCE, options: ProbeOptions = {}): Request<Status> {
    return this.#probe('probe', source, options, PROC_NULL_STATUS, (message) => message.status);
  }

  mprobe(source: number, options: ProbeOptions, checkTaken: CheckTaken): Request<MatchedMessage> {
    const nothing = this.#nothingTaken(checkTaken);
    const show = (message: Message): MatchedMessage => this.#taken(message, checkTaken);
    return this.#probe('mprobe', source, options, nothing, show);
  }

  iprobe(source: number = ANY_SOURCE, tag: number = ANY_TAG): Status | undefined {
    this.#assertOpen('iprobe', { source, tag });
    if (source === PROC_NULL) return PROC_NULL_STATUS;
    this.#engine.poll();
    return this.#mailbox.look({ source, tag }, false)?.status;
  }

  improbe(source: number, tag: number, checkTaken: CheckTaken): MatchedMessage | undefined {
    this.#assertOpen('improbe', { source, tag });
    if (source === PROC_NULL) return this.#nothingTaken(checkTaken);
    this.#engine.poll();
    const message = this.#mailbox.look({ source, tag }, true);
    return message === undefined ? undefined : this.#taken(message, checkTaken);
  }

  #probe<T>(
    name: 'probe' | 'mprobe',
    source: number,
    options: ProbeOptions,
    nobody: T,
    show: (message: Message) => T,
  ): Request<T> {
    const wanted = { source, tag: options.tag ?? ANY_TAG };
    return this.#start(`${name} for ${describeSource(wanted)}`, options, () => {
      if (source === PROC_NULL) return completed(nobody, PROC_NULL_STATUS);
      const { receiver } = this.#engine;
      const limits = limitsOf(options);
      return receiver.probe(this.#mailbox, wanted, name === 'mprobe', show, limits).request;
    });
  }

  #taken(message: Message, checkTaken: CheckTaken): MatchedMessage {
    let received = false;
    return this.#matched(message.status, checkTaken, (options) => {
      if (received) {
        throw new MpiError(
          'ERR_REQUEST',
          'it was received already; a matched message is there once',
        );
      }
      const { receiver } = this.#engine;
      const limits = limitsOf(options);
      const { request } = receiver.receiveTaken(this.#mailbox, message, options.into, limits);
      received = true;
      return request;
    });
  }

  #nothingTaken(checkTaken: CheckTaken): MatchedMessage {
    return this.#matched(PROC_NULL_STATUS, checkTaken, ({ into }) =>
      completed<unknown>(into, PROC_NULL_STATUS),
    );
  }

  #matched(
    status: Status,
    checkTaken: CheckTaken,
    receive: (options: TakenOptions) => Request<unknown>,
  ): MatchedMessage {
    const call = `receive of the matched message from ${describeSource(status)}`;
    return new MatchedMessage(status, (options) => {
      try {
        checkTaken(options);
      } catch (error) {
        return rejected(error);
      }
      return this.#start(call, options, () => receive(options));
    });
  }

  /** Start an operation, unless its signal says already that it is not wanted. */
  #start<T>(call: string, { signal }: Limits, start: () => Request<T>): Request<T> {
    if (signal?.aborted) return rejected(signal.reason);
    try {
      this.#assertOpen();
      return start();
    } catch (error) {
      return rejected(this.#explain(call, error));
    }
  }

  /** @param probe  the call, if nobody explains the error */
  #assertOpen(probe?: string, wanted?: Envelope): void {
    if (!this.#freed && !this.#engine.finalized) return;
    const error = this.#freed
      ? new MpiError('ERR_COMM', 'the communicator was freed')
      : new MpiError('ERR_FINALIZED', 'called after finalize()');
    if (probe === undefined || wanted === undefined) throw error;
    throw this.#explain(`${probe} for ${describeSource(wanted)}`, error);
  }

  /** Say who and which call, in errors from below that only know what. */
  #explain(call: string, error: unknown): unknown {
    const { who, ownWorldRank: rank } = this.#mailbox.endpoint;
    if (!(error instanceof MpiError) || error.message.startsWith(`${who}: `)) return error;
    return new MpiError(error.code, `${who}: ${call}: ${error.message}`, { rank });
  }
}

/** The limits among the options; undefined if there are none, which is how most messages go. */
function limitsOf(options: Limits): Limits | undefined {
  return options.timeout === undefined && options.signal === undefined ? undefined : options;
}

/** A request that is complete from the start. */
export function completed<T>(value: T, status: Status): Request<T> {
  const request = new Request<T>({ status, cancel: () => Promise.resolve(false) });
  Request.complete(request, value);
  return request;
}

/** A request that failed from the start. */
export function rejected<T>(error: unknown): Request<T> {
  const request = new Request<T>();
  Request.fail(request, () => error);
  return request;
}
