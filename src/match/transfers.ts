import { assert } from '../base/error.ts';
import { STRUCTURED } from '../codec/payload.ts';
import type { Landing } from '../transport/transport.ts';
import { DISCARD, FrameKind, type Header } from './frame.ts';
import type { Message } from './message.ts';
import type { ReceiveOperation } from './receive-operation.ts';
import type { SpareMemory } from './spare-memory.ts';
import type { Wire } from './wire.ts';

/**
 * New memory for less is better filled by its receiver alone: to give each page its place takes longer than to
 * copy, and two that do it at once hold each other up.
 */
const SHORTEST_HELPED_FRESH_BYTES = 8 * 2 ** 20;

/**
 * The data of matched messages on its way from their senders.
 *
 * It is pulled if the sender has exposed it; else, or if that fails, the sender is asked to send it.
 */
export class Transfers {
  readonly #wire: Wire;
  readonly #spare: SpareMemory;
  /** The receives, by the number that the sender puts into DATA. */
  readonly #receives = new Map<number, ReceiveOperation>();
  #next = 1;

  constructor(wire: Wire, spare: SpareMemory) {
    this.#wire = wire;
    this.#spare = spare;
  }

  /** Fetch the data of a message. @param lasts  whether the receive cannot give up */
  fetch(receive: ReceiveOperation, message: Message, lasts: boolean): void {
    const id = this.#next;
    this.#next = (id + 1) >>> 0;
    this.#receives.set(id, receive);
    if (message.address === undefined) this.#ask(id, message, 0);
    else this.#pull(id, receive, message, message.address, lasts);
  }

  /** Take in DATA. */
  data({ otherId }: Header, payload: Uint8Array): void {
    const receive = this.#receives.get(otherId);
    assert(receive?.message !== undefined, 'data came for no receive');
    this.#receives.delete(otherId);
    receive.deliver(receive.message, payload);
  }

  /** Say where a long payload is to be put: into the array of its receive. */
  land({ otherId }: Header, bytes: number): Landing | undefined {
    return this.#receives.get(otherId)?.land(bytes);
  }

  /** Receives that wait for their data. */
  *operations(): Generator<ReceiveOperation> {
    for (const receive of this.#receives.values()) if (!receive.settled) yield receive;
  }

  /** Copy the data of a message from where its sender exposed it. */
  #pull(
    id: number,
    receive: ReceiveOperation,
    message: Message,
    address: number,
    lasts: boolean,
  ): void {
    const { peer, bytes } = message;
    const encoded = message.dataKind === STRUCTURED && receive.room === undefined;
    let landing = receive.land(bytes);
    const fresh = landing === undefined && !encoded;
    if (landing === undefined) {
      const memory = encoded ? this.#spare.take(bytes) : new Uint8Array(bytes);
      landing = { room: () => (receive.settled ? undefined : memory) };
    }
    const { room } = landing;
    const help = (here: number): void => {
      void this.#wire.send(peer, { kind: FrameKind.HELP, id: message.id, address: here });
    };
    const done = (whole: boolean): void => {
      const memory = room();
      if (!whole || memory === undefined) {
        this.#ask(id, message, receive.settled ? DISCARD : 0);
        return;
      }
      this.#receives.delete(id);
      void this.#wire.send(peer, { kind: FrameKind.ACK, id: message.id });
      receive.deliver(message, memory);
      if (encoded) this.#spare.give(memory);
    };
    const helped = lasts && !receive.alone && (!fresh || bytes >= SHORTEST_HELPED_FRESH_BYTES);
    this.#wire.pull(peer, address, { bytes, landing, help: helped ? help : undefined, done });
  }

  /** Ask the sender for the data; or tell it that it is not wanted any more. */
  #ask(otherId: number, { peer, id }: Message, flags: number): void {
    if (flags === DISCARD) this.#receives.delete(otherId);
    void this.#wire.send(peer, { kind: FrameKind.CLEAR_TO_SEND, id, otherId, flags });
  }
}
