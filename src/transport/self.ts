import { Fifo } from '../base/fifo.ts';
import type { Frame, Transport, TransportEvents } from './transport.ts';

/** Carries the frames that a rank sends to itself: each arrives in a later microtask. */
export class SelfTransport implements Transport {
  readonly name = 'self';
  readonly #rank: number;
  readonly #events: TransportEvents;
  readonly #queue = new Fifo<Frame>();
  #delivering = false;
  #closed = false;

  constructor(rank: number, events: TransportEvents) {
    this.#rank = rank;
    this.#events = events;
  }

  reach(rank: number): boolean {
    return rank === this.#rank;
  }

  send(_rank: number, { header, payload }: Frame): undefined {
    if (this.#closed) return;
    this.#queue.push({ header: new Int32Array(header), payload: new Uint8Array(payload) });
    if (this.#delivering) return;
    this.#delivering = true;
    queueMicrotask(() => this.#deliver());
  }

  /** Nothing to do: frames are here at once, and hold no process. */
  listen(): void {}

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** Frames that are sent meanwhile are delivered in the same go. */
  #deliver(): void {
    try {
      for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
        this.#events.onFrame(this.#rank, frame.header, frame.payload);
      }
    } catch (error) {
      this.#closed = true;
      this.#events.onBroken(error as Error);
    }
    this.#delivering = false;
  }

  #next(): Frame | undefined {
    return this.#closed ? undefined : this.#queue.shift();
  }
}
