import { Fifo } from '../base/fifo.ts';
import type { Frame, Transport, TransportEvents } from './transport.ts';

/** Carries the frames that a rank sends to itself: each arrives in a later microtask. */
export class SelfTransport implements Transport {
  readonly name = 'self';
  readonly #rank: number;
  readonly #events: TransportEvents;
  readonly #queue = new Fifo<{ header: Uint8Array; payload: Uint8Array }>();

  constructor(rank: number, events: TransportEvents) {
    this.#rank = rank;
    this.#events = events;
  }

  reach(rank: number): boolean {
    return rank === this.#rank;
  }

  send(_rank: number, { header, payload }: Frame): undefined {
    this.#queue.push({ header: header.slice(), payload: payload.slice() });
    if (this.#queue.length === 1) queueMicrotask(() => this.#deliver());
  }

  listen(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }

  #deliver(): void {
    // Frames that are sent meanwhile stand behind these, and are delivered in the same go.
    for (let frame = this.#queue.peek(); frame !== undefined; frame = this.#queue.peek()) {
      this.#events.onFrame(this.#rank, frame.header, frame.payload);
      this.#queue.shift();
    }
  }
}
