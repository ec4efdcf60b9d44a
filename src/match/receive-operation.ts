import { bytesOf, type TypedArray } from '../base/array-kind.ts';
import { decode, decodeInto, misfit, Packed } from '../codec/payload.ts';
import type { Landing } from '../transport/transport.ts';
import type { Endpoint } from './endpoint.ts';
import { describeSource } from './envelope.ts';
import type { Message } from './message.ts';
import { PendingOperation } from './operation.ts';
import type { Posted } from './posted-queue.ts';
import { worldRanksOf } from './world-ranks.ts';

/** What a receive asks of the side of the engine that owns the queues. */
export interface ReceiveOwner {
  /** Take it out of the posted queue; false if it is matched already. */
  unpost(receive: ReceiveOperation): boolean;
  /** Describe the unread message that comes nearest to what it waits for. */
  nearMiss(receive: ReceiveOperation): string;
  /** It will write into its array no more. */
  release(into: TypedArray): void;
}

/** Choose the array for a message whose kind and size are known now; undefined for memory of its own. */
export type Room = (dataKind: number, bytes: number) => TypedArray | undefined;

/** A receive, from its post to its data. */
export class ReceiveOperation extends PendingOperation<unknown> implements Posted {
  readonly source: number;
  readonly tag: number;
  /** The array that it fills. */
  into: TypedArray | undefined;
  /** Where the value is put if it is to stay as it travels, since it may go on to other ranks. */
  readonly room: Room | undefined;
  /** Whether this side alone copies long data, as its sender has as much to do. */
  alone: boolean;
  order: number;
  /** The message it was matched with. */
  message: Message | undefined;
  readonly #owner: ReceiveOwner;
  /** Where the transport was told to put the data. */
  #room: Uint8Array | undefined;

  constructor(
    owner: ReceiveOwner,
    endpoint: Endpoint,
    source: number,
    tag: number,
    into: TypedArray | undefined,
    room?: Room,
  ) {
    super(endpoint);
    this.source = source;
    this.tag = tag;
    this.into = into;
    this.room = room;
    this.alone = false;
    this.order = 0;
    this.message = undefined;
    this.#owner = owner;
    this.#room = undefined;
  }

  override get kind(): 'receive' {
    return 'receive';
  }

  override get call(): string {
    return `receive from ${describeSource(this)}`;
  }

  override get waitsFor(): readonly number[] {
    return this.message === undefined
      ? worldRanksOf(this.endpoint, this.source)
      : [this.message.peer.worldRank];
  }

  override get hint(): string {
    return this.message === undefined ? this.#owner.nearMiss(this) : '';
  }

  override cancel(): Promise<boolean> {
    const undone = this.#owner.unpost(this);
    if (undone) this.endCancelled();
    return Promise.resolve(undone);
  }

  /** Take the message that it was matched with. */
  accept(message: Message): void {
    this.message = message;
    if (this.room !== undefined) this.into = this.room(message.dataKind, message.bytes);
  }

  /** Find out why the matched message cannot be taken, if so, before its data is fetched. */
  get misfit(): ReturnType<typeof misfit> {
    if (this.into === undefined || this.message === undefined) return undefined;
    const { dataKind, bytes } = this.message;
    return misfit(dataKind, bytes, this.into);
  }

  /** Where data of so many bytes is to be put, if the user has said so. Not once the user has the array back. */
  land(bytes: number): Landing | undefined {
    if (this.into === undefined) return undefined;
    const room = bytesOf(this.into).subarray(0, bytes);
    this.#room = room;
    return { room: () => (this.settled ? undefined : room) };
  }

  /** Complete with the data of the matched message, which may be kept if it spans its memory. */
  deliver(message: Message, bytes: Uint8Array): void {
    if (this.settled) return;
    this.message = message;
    const { into } = this;
    let value: unknown = into;
    if (into === undefined) {
      try {
        const { dataKind } = message;
        value =
          this.room !== undefined ? Packed.keep(dataKind, bytes) : decode(dataKind, bytes, true);
      } catch (error) {
        this.fail(() => error);
        return;
      }
    } else {
      const trouble = misfit(message.dataKind, message.bytes, into);
      if (trouble !== undefined) {
        this.fail(() => this.error(trouble.code, trouble.text));
        return;
      }
      // A transport may have put it there already.
      if (bytes !== this.#room) decodeInto(bytes, into);
      if (this.room !== undefined) {
        value = new Packed(message.dataKind, bytesOf(into).subarray(0, message.bytes));
      }
    }
    this.complete(value, message);
  }

  protected override abandon(): void {
    this.#owner.unpost(this);
  }

  protected override onSettled(): void {
    // An array that was chosen is guarded by the call that chose it.
    if (this.into !== undefined && this.room === undefined) this.#owner.release(this.into);
  }

  protected override describeTimeout(timeout: number): string {
    const { message } = this;
    return message === undefined
      ? super.describeTimeout(timeout) + this.#owner.nearMiss(this)
      : `it was matched, but the data from rank ${message.source} did not come within ${timeout} ms`;
  }
}
