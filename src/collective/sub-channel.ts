import type { TypedArray } from '../base/array-kind.ts';
import type { Packed } from '../codec/payload.ts';
import type { Room } from '../match/receive-operation.ts';
import type { Scratch } from '../match/scratch.ts';
import type { Request } from '../request/request.ts';
import type { Channel } from './channel.ts';

/** The messages of some ranks of a call among themselves: they are counted anew, in the order given. */
export class SubChannel implements Channel {
  readonly rank: number;
  readonly #channel: Channel;
  readonly #ranks: readonly number[];

  /**
   * @param ranks  those that take part, as the channel counts them
   * @param rank  this rank's place among them
   */
  constructor(channel: Channel, ranks: readonly number[], rank: number) {
    this.rank = rank;
    this.#channel = channel;
    this.#ranks = ranks;
  }

  get size(): number {
    return this.#ranks.length;
  }

  get scratch(): Scratch {
    return this.#channel.scratch;
  }

  send(value: unknown, dest: number): Request<void> {
    return this.#channel.send(value, this.#ranks[dest] as number);
  }

  receive(source: number, into?: TypedArray, alone?: boolean): Request<unknown> {
    return this.#channel.receive(this.#ranks[source] as number, into, alone);
  }

  receivePacked(source: number, room?: Room, alone?: boolean): Request<Packed> {
    return this.#channel.receivePacked(this.#ranks[source] as number, room, alone);
  }
}
