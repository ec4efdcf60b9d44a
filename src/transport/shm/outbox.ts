import { Fifo } from '../../base/fifo.ts';
import { type Frame, LONGEST_TAKEN_BYTES } from '../transport.ts';
import type { LongFrame, RingWriter } from './ring-writer.ts';
import type { Waker } from './sleeper.ts';

/** A frame that waits for room in the ring. */
interface Delayed extends LongFrame {
  readonly done: (() => void) | undefined;
}

/** The way to one peer: its ring, and what waits for room there. */
export class Outbox {
  readonly waker: Waker;
  readonly close: () => void;
  readonly #ring: RingWriter;
  readonly #waiting = new Fifo<Delayed>();
  #delayed = false;

  constructor(ring: RingWriter, waker: Waker, close: () => void) {
    this.#ring = ring;
    this.waker = waker;
    this.close = close;
  }

  /** Whether frames wait for room. */
  get delayed(): boolean {
    return this.#delayed;
  }

  /** Write the whole frame, if there is room for it now and nothing waits before it; false if not. */
  sendAtOnce({ header, payload }: Frame): boolean {
    if (this.#delayed || 4 * header.length + payload.length > this.#ring.wholeBytes) return false;
    if (!this.#ring.write(header, payload)) return false;
    this.waker.wake();
    return true;
  }

  /** Send a frame for which `sendAtOnce` was false. */
  send({ header, payload }: Frame): Promise<void> | undefined {
    if (!this.#delayed) {
      if (4 * header.length + payload.length > this.#ring.wholeBytes) {
        const frame = { header, payload, written: -1 };
        while (this.#ring.writeSome(frame)) {
          this.waker.wake();
          if (frame.written === payload.length) return undefined;
        }
        return this.#delay(header, payload, frame.written);
      }
    }
    return this.#delay(header, payload, -1);
  }

  /** The peer is gone: keep nothing for it. */
  forget(): void {
    this.close();
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      next.done?.();
    }
    this.#delayed = false;
  }

  /** Write what there is room for; false if there is none. */
  flush(): boolean {
    let moved = false;
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (!this.#writeSome(next)) {
        this.#ring.wantRoom();
        // The room may have come before the reader could see that it is wanted.
        if (!this.#writeSome(next)) break;
      }
      moved = true;
      this.waker.wake();
      if (next.written < next.payload.length) continue;
      this.#waiting.shift();
      this.#delayed = this.#waiting.length > 0;
      next.done?.();
    }
    return moved;
  }

  #writeSome(frame: Delayed): boolean {
    const { header, payload, written } = frame;
    if (written >= 0 || 4 * header.length + payload.length > this.#ring.wholeBytes) {
      return this.#ring.writeSome(frame);
    }
    if (!this.#ring.write(header, payload)) return false;
    frame.written = payload.length;
    return true;
  }

  #delay(header: Int32Array, payload: Uint8Array, written: number): Promise<void> | undefined {
    this.#delayed = true;
    const kept = new Int32Array(header);
    if (payload.length <= LONGEST_TAKEN_BYTES) {
      const copy = new Uint8Array(payload);
      this.#waiting.push({ header: kept, payload: copy, written, done: undefined });
      return undefined;
    }
    return new Promise((done) => {
      this.#waiting.push({ header: kept, payload, written, done });
    });
  }
}
