import type { TypedArray } from '../base/array-kind.ts';
import type { Packed } from '../codec/payload.ts';
import type { Endpoint } from '../match/endpoint.ts';
import type { Engine } from '../match/engine.ts';
import type { Mailbox } from '../match/mailbox.ts';
import { ReceiveOperation, type Room } from '../match/receive-operation.ts';
import type { Scratch } from '../match/scratch.ts';
import type { Request } from '../request/request.ts';

const ANYWHERE: Room = () => undefined;

/**
 * The messages of one collective call. Arguments are trusted.
 *
 * Messages of different calls never meet, and when a call fails, all that it has under way ends with it.
 */
export class CallChannel {
  readonly rank: number;
  readonly size: number;
  readonly #engine: Engine;
  readonly #mailbox: Mailbox;
  readonly #endpoint: Endpoint;
  readonly #tag: number;

  /** @param tag  of all its messages; other calls that are under way have others */
  constructor(engine: Engine, mailbox: Mailbox, endpoint: Endpoint, tag: number) {
    this.rank = endpoint.rank;
    this.size = endpoint.size;
    this.#engine = engine;
    this.#mailbox = mailbox;
    this.#endpoint = endpoint;
    this.#tag = tag;
  }

  get scratch(): Scratch {
    return this.#engine.scratch;
  }

  send(value: unknown, dest: number): Request<void> {
    const { sender } = this.#engine;
    return sender.send(this.#endpoint, dest, this.#tag, 'standard', value, undefined);
  }

  receive(source: number, into?: TypedArray, alone: boolean = false): Request<unknown> {
    return this.#receive(source, into, undefined, alone);
  }

  receivePacked(source: number, room: Room = ANYWHERE, alone: boolean = false): Request<Packed> {
    return this.#receive(source, undefined, room, alone) as Request<Packed>;
  }

  /** Give up all that is under way: the call has failed. */
  abandon(): void {
    this.#engine.receiver.forget(this.#endpoint);
    this.#engine.sender.forget(this.#endpoint);
  }

  #receive(
    source: number,
    into: TypedArray | undefined,
    room: Room | undefined,
    alone: boolean,
  ): Request<unknown> {
    const { receiver } = this.#engine;
    const endpoint = this.#endpoint;
    const receive = new ReceiveOperation(receiver, endpoint, source, this.#tag, into, room);
    receive.alone = alone;
    receiver.receive(this.#mailbox, receive, undefined);
    return receive.request;
  }
}
