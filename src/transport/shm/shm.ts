import { join } from 'node:path';
import { MpiError } from '../../base/error.ts';
import { Fifo } from '../../base/fifo.ts';
import {
  type Frame,
  LONGEST_TAKEN_BYTES,
  type Transport,
  type TransportEvents,
} from '../transport.ts';
import { type Bell, BellRope, openBell } from './bell.ts';
import type { SegmentLayout } from './layout.ts';
import type { SharedMemory } from './memory.ts';
import type { RingPlace } from './ring.ts';
import { RingReader } from './ring-reader.ts';
import { type LongFrame, RingWriter } from './ring-writer.ts';
import { Sleeper, Waker } from './sleeper.ts';
import { Waiter } from './waiter.ts';
import type { Waiting } from './waiting.ts';

/** How one rank joins its peers over shared memory. */
export interface ShmOptions {
  readonly rank: number;
  readonly layout: SegmentLayout;
  readonly memory: SharedMemory;
  readonly waiting: Waiting;
  /** Private folder of the job, for the named pipes by which ranks that wait in the event loop are woken. */
  readonly folder: string;
  /** Make such a pipe, and open it for reading. */
  readonly openPipe: (path: string) => number;
}

/** A frame that waits for room in the ring. */
interface Delayed extends LongFrame {
  readonly done: (() => void) | undefined;
}

/** The most records of one peer that are taken in before it is the turn of the next. */
const RECORDS_AT_ONCE = 32;

/** Frames over memory that all ranks of one host share: one ring for each ordered pair. */
export class ShmTransport implements Transport {
  readonly name = 'shm';
  readonly #options: ShmOptions;
  readonly #events: TransportEvents;
  readonly #readers: readonly RingReader[];
  /** By rank, made on first use. */
  readonly #peers: (Peer | undefined)[] = [];
  /** Those of them that have frames waiting. */
  readonly #delayed = new Set<Peer>();
  readonly #waiter: Waiter;
  readonly #sleeper: Sleeper;
  #bell: Bell | undefined;
  #held = false;
  #wanted = false;
  #closed = false;

  constructor(options: ShmOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
    const { rank, layout, memory, waiting } = options;
    this.#sleeper = new Sleeper(memory, layout.sleepWord(rank));
    this.#waiter = new Waiter(waiting, this.#sleeper, {
      look: () => this.#look(),
      needed: () => this.#needed(),
      giveWay: () => memory.giveWay(),
      park: () => this.#park(),
    });
    this.#readers = Array.from({ length: layout.size }, (_, source) => source)
      .filter((source) => source !== rank)
      .map(
        (source) =>
          new RingReader(
            this.#place(source, rank),
            (header, payload) => events.onFrame(source, header, payload),
            (header, bytes) => events.land?.(source, header, bytes),
            () => this.#peer(source).waker.wake(),
          ),
      );
  }

  reach(rank: number): boolean {
    const { rank: own, layout } = this.#options;
    return rank >= 0 && rank < layout.size && rank !== own;
  }

  send(rank: number, frame: Frame): Promise<void> | undefined {
    if (this.#closed) return undefined;
    const peer = this.#peer(rank);
    const done = peer.send(frame);
    if (peer.delayed && !this.#delayed.has(peer)) {
      this.#delayed.add(peer);
      this.#waiter.start();
    }
    return done;
  }

  listen(wanted: boolean): void {
    if (wanted === this.#wanted || this.#closed) return;
    this.#wanted = wanted;
    if (wanted) {
      // What is here already needs no wait.
      this.#look();
      if (this.#needed()) this.#waiter.start();
    } else {
      this.#hold(false);
      if (this.#delayed.size === 0) this.#waiter.unpark();
    }
  }

  poll(): void {
    if (this.#closed) return;
    const wanted = this.#wanted;
    this.#wanted = true;
    this.#look();
    if (!this.#closed) this.#wanted = wanted;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#wanted = false;
    this.#delayed.clear();
    this.#sleeper.awake();
    this.#bell?.close();
    for (const peer of this.#peers) peer?.close();
    return Promise.resolve();
  }

  #needed(): boolean {
    return this.#wanted || this.#delayed.size > 0;
  }

  /** Move what can be moved; false if there was nothing. */
  #look(): boolean {
    const flushed = this.#delayed.size > 0 && this.#flushAll();
    const found = this.#wanted && this.#readAll();
    return flushed || found;
  }

  #flushAll(): boolean {
    let moved = false;
    for (const peer of this.#delayed) {
      if (peer.flush()) moved = true;
      if (!peer.delayed) this.#delayed.delete(peer);
    }
    return moved;
  }

  #readAll(): boolean {
    let found = false;
    try {
      for (const reader of this.#readers) {
        let records = 0;
        while (this.#wanted && records < RECORDS_AT_ONCE && reader.read()) records += 1;
        if (records > 0) found = true;
        if (!this.#wanted || records === RECORDS_AT_ONCE) reader.publish();
      }
    } catch (error) {
      this.#fail(error as Error);
    }
    return found;
  }

  #park(): void {
    const { rank, folder, openPipe } = this.#options;
    if (this.#bell === undefined) {
      const path = bellPath(folder, rank);
      this.#bell = openBell(openPipe(path), () => this.#waiter.unpark());
    }
    this.#hold(this.#wanted);
  }

  /** Keep the process alive for the bell, or no longer. While this rank does not wait for it, other things do. */
  #hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#bell?.hold(held);
  }

  #peer(rank: number): Peer {
    let peer = this.#peers[rank];
    if (peer === undefined) {
      const { rank: own, layout, memory, folder } = this.#options;
      const rope = new BellRope(bellPath(folder, rank));
      const waker = new Waker(memory, layout.sleepWord(rank), () => rope.ring());
      peer = new Peer(new RingWriter(this.#place(own, rank)), waker, () => rope.close());
      this.#peers[rank] = peer;
    }
    return peer;
  }

  #place(source: number, dest: number): RingPlace {
    const { memory, layout } = this.#options;
    return {
      memory,
      control: layout.controlWord(source, dest),
      start: layout.ringAt(source, dest),
      bytes: layout.ringBytes,
    };
  }

  #fail(cause: Error): void {
    void this.close();
    const { rank } = this.#options;
    const text = `rank ${rank}: ${cause.message}`;
    this.#events.onBroken(
      cause instanceof MpiError ? cause : new MpiError('ERR_OTHER', text, { rank, cause }),
    );
  }
}

/** The way to one peer. */
class Peer {
  readonly waker: Waker;
  readonly close: () => void;
  readonly #ring: RingWriter;
  readonly #outbox = new Fifo<Delayed>();

  constructor(ring: RingWriter, waker: Waker, close: () => void) {
    this.#ring = ring;
    this.waker = waker;
    this.close = close;
  }

  /** Whether frames wait for room. */
  get delayed(): boolean {
    return this.#outbox.length > 0;
  }

  send({ header, payload }: Frame): Promise<void> | undefined {
    if (this.#outbox.length === 0) {
      if (4 * header.length + payload.length <= this.#ring.wholeBytes) {
        if (this.#ring.write(header, payload)) {
          this.waker.wake();
          return undefined;
        }
      } else {
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

  /** Write what there is room for; false if there is none. */
  flush(): boolean {
    let moved = false;
    for (let next = this.#outbox.peek(); next !== undefined; next = this.#outbox.peek()) {
      if (!this.#writeSome(next)) {
        this.#ring.wantRoom();
        // The room may have come before the reader could see that it is wanted.
        if (!this.#writeSome(next)) break;
      }
      moved = true;
      this.waker.wake();
      if (next.written < next.payload.length) continue;
      this.#outbox.shift();
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
    const kept = new Int32Array(header);
    if (payload.length <= LONGEST_TAKEN_BYTES) {
      const copy = new Uint8Array(payload);
      this.#outbox.push({ header: kept, payload: copy, written, done: undefined });
      return undefined;
    }
    return new Promise((done) => {
      this.#outbox.push({ header: kept, payload, written, done });
    });
  }
}

function bellPath(folder: string, rank: number): string {
  return join(folder, `bell.${rank}`);
}
