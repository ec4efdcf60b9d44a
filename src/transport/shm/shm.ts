import { join } from 'node:path';
import { MpiError } from '../../base/error.ts';
import type { Frame, Pulling, Transport, TransportEvents } from '../transport.ts';
import { type Bell, BellRope, openBell } from './bell.ts';
import { Copies } from './copies.ts';
import type { SegmentLayout } from './layout.ts';
import type { ForeignMemory, SharedMemory } from './memory.ts';
import { Outbox } from './outbox.ts';
import { PeerMemory } from './peer-memory.ts';
import type { RingPlace } from './ring.ts';
import { RingReader } from './ring-reader.ts';
import { RingWriter } from './ring-writer.ts';
import { Sleeper, Waker } from './sleeper.ts';
import { Waiter } from './waiter.ts';
import type { Waiting } from './waiting.ts';

/** How one rank joins its peers over shared memory. */
export interface ShmOptions {
  readonly rank: number;
  readonly layout: SegmentLayout;
  readonly memory: SharedMemory;
  readonly waiting: Waiting;
  /** The memory of the other ranks, if it can be read. */
  readonly foreign?: ForeignMemory | undefined;
  /** Private folder of the job, for the named pipes by which ranks that wait in the event loop are woken. */
  readonly folder: string;
  /** Make such a pipe, and open it for reading. */
  readonly openPipe: (path: string) => number;
}

/** The most records of one peer that are taken in before it is the turn of the next. */
const RECORDS_AT_ONCE = 32;

/** Frames over memory that all ranks of one host share: one ring for each ordered pair. */
export class ShmTransport implements Transport {
  readonly name = 'shm';
  readonly #options: ShmOptions;
  readonly #events: TransportEvents;
  readonly #waitedFor: (() => boolean) | undefined;
  readonly #readers: readonly RingReader[];
  /** By rank, made on first use. */
  readonly #outboxes: (Outbox | undefined)[] = [];
  /** Those of them that have frames waiting. */
  readonly #delayed = new Set<Outbox>();
  readonly #waiter: Waiter;
  readonly #sleeper: Sleeper;
  readonly #copies: Copies;
  #bell: Bell | undefined;
  #held = false;
  #reading = false;
  #wanted = false;
  #polled = false;
  #closed = false;

  constructor(options: ShmOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
    this.#waitedFor = events.waitedFor;
    const { rank, layout, memory, waiting } = options;
    const peers = new PeerMemory(options.foreign, memory, layout, rank);
    this.#copies = new Copies(rank, layout, memory, peers, (other) =>
      this.#outbox(other).waker.wake(),
    );
    this.#sleeper = new Sleeper(memory, layout.sleepWord(rank));
    this.#waiter = new Waiter(waiting, this.#sleeper, {
      look: () => this.#look(),
      needed: () => this.#needed(),
      giveWay: () => memory.giveWay(),
      park: () => this.#park(),
    });
    this.#readers = layout.ranks
      .filter((source) => source !== rank)
      .map(
        (source) =>
          new RingReader(
            this.#place(source, rank),
            (header, payload) => events.onFrame(source, header, payload),
            (header, bytes) => events.land?.(source, header, bytes),
            () => this.#outbox(source).waker.wake(),
          ),
      );
  }

  reach(rank: number): boolean {
    const { rank: own, layout } = this.#options;
    return rank !== own && layout.has(rank);
  }

  /** Wait in this way from now on. */
  wait(waiting: Waiting): void {
    this.#waiter.change(waiting);
  }

  send(rank: number, frame: Frame): Promise<void> | undefined {
    if (this.#closed) return undefined;
    const outbox = this.#outbox(rank);
    if (outbox.sendAtOnce(frame)) return undefined;
    const done = outbox.send(frame);
    if (outbox.delayed && !this.#delayed.has(outbox)) {
      this.#delayed.add(outbox);
      this.#waiter.start();
    }
    return done;
  }

  expose(_rank: number, payload: Uint8Array): number | undefined {
    return this.#copies.expose(payload);
  }

  pull(rank: number, address: number, pulling: Pulling): void {
    if (this.#closed) return;
    this.#copies.pull(rank, address, pulling);
    if (this.#copies.underWay) this.#waiter.start();
  }

  push(rank: number, address: number, payload: Uint8Array): void {
    if (this.#closed) return;
    this.#copies.push(rank, address, payload);
    if (this.#copies.underWay) this.#waiter.start();
  }

  listen(wanted: boolean): void {
    if (this.#closed) return;
    this.#wanted = wanted;
    if (wanted) {
      // What is here already needs no wait.
      this.#look();
      if (this.#needed()) this.#waiter.start();
    } else {
      this.#hold(false);
      if (!this.#working) this.#waiter.unpark();
    }
  }

  get busy(): boolean {
    return this.#working;
  }

  poll(): void {
    if (this.#closed) return;
    this.#polled = true;
    this.#look();
    this.#polled = false;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#wanted = false;
    this.#delayed.clear();
    this.#copies.close();
    this.#sleeper.awake();
    this.#bell?.close();
    for (const outbox of this.#outboxes) outbox?.close();
    return Promise.resolve();
  }

  #needed(): boolean {
    return this.#readable() || this.#working;
  }

  /** Whether there is something to be gone on with that was begun, whether frames are waited for or not. */
  get #working(): boolean {
    return this.#delayed.size > 0 || this.#copies.underWay;
  }

  /** Whether frames are waited for now, and so may be taken in. */
  #readable(): boolean {
    if (this.#polled) return true;
    return this.#wanted && (this.#waitedFor === undefined || this.#waitedFor());
  }

  /** Move what can be moved; false if there was nothing. */
  #look(): boolean {
    const flushed = this.#delayed.size > 0 && this.#flushAll();
    const copied = this.#copies.underWay && this.#copies.step();
    if (copied) this.#waiter.worked();
    const found = this.#readable() && this.#readAll();
    return flushed || copied || found;
  }

  #flushAll(): boolean {
    let moved = false;
    for (const outbox of this.#delayed) {
      if (outbox.flush()) moved = true;
      if (!outbox.delayed) this.#delayed.delete(outbox);
    }
    return moved;
  }

  #readAll(): boolean {
    // Who takes in a frame may say anew that frames are wanted, in the midst of the record.
    if (this.#reading) return false;
    this.#reading = true;
    let found = false;
    try {
      const readers = this.#readers;
      for (let at = 0; at < readers.length; at += 1) {
        const reader = readers[at] as RingReader;
        let records = 0;
        while (records < RECORDS_AT_ONCE && reader.read()) {
          found = true;
          records += 1;
          if (!this.#readable()) break;
        }
        if (found && !this.#readable()) break;
      }
    } catch (error) {
      this.#fail(error as Error);
    }
    this.#reading = false;
    return found;
  }

  #park(): void {
    const { rank, folder, openPipe } = this.#options;
    if (this.#bell === undefined) {
      const path = bellPath(folder, rank);
      this.#bell = openBell(openPipe(path), () => this.#waiter.unpark());
    }
    this.#hold(this.#readable());
  }

  /** Keep the process alive for the bell, or no longer. While this rank does not wait for it, other things do. */
  #hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#bell?.hold(held);
  }

  #outbox(rank: number): Outbox {
    return this.#outboxes[rank] ?? this.#newOutbox(rank);
  }

  #newOutbox(rank: number): Outbox {
    const { rank: own, layout, memory, folder } = this.#options;
    const rope = new BellRope(bellPath(folder, rank));
    const waker = new Waker(memory, layout.sleepWord(rank), () => rope.ring());
    const outbox = new Outbox(new RingWriter(this.#place(own, rank)), waker, () => rope.close());
    this.#outboxes[rank] = outbox;
    return outbox;
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

function bellPath(folder: string, rank: number): string {
  return join(folder, `bell.${rank}`);
}
