import { join } from 'node:path';
import { MpiError } from '../../base/error.ts';
import type { Frame, Pulling, Transport, TransportEvents } from '../transport.ts';
import { type Bell, BellRope, openBell } from './bell.ts';
import { Copies } from './copies.ts';
import type { ForeignMemory } from './memory.ts';
import { type MappedPart, type MappedWords, Neighbours } from './neighbours.ts';
import { Outbox } from './outbox.ts';
import { PeerMemory } from './peer-memory.ts';
import { RingReader } from './ring-reader.ts';
import { RingReaders } from './ring-readers.ts';
import { RingWriter } from './ring-writer.ts';
import { Sleeper, Waker } from './sleeper.ts';
import { Waiter } from './waiter.ts';
import type { Waiting } from './waiting.ts';

/** How one rank joins its peers over shared memory. */
export interface ShmOptions {
  readonly rank: number;
  /** The part that was made for this rank and those that began with it. */
  readonly own: MappedPart;
  /** Where its elders sleep. */
  readonly elders?: readonly MappedWords[] | undefined;
  readonly waiting: Waiting;
  /** The memory of the other ranks, if it can be read. */
  readonly foreign?: ForeignMemory | undefined;
  /** Private folder of the job, for the named pipes by which ranks that wait in the event loop are woken. */
  readonly folder: string;
  /** Make such a pipe, and open it for reading. */
  readonly openPipe: (path: string) => number;
}

/** Frames over memory that ranks of one host share: one ring for each ordered pair, in as many parts as the job has grown by. */
export class ShmTransport implements Transport {
  readonly name = 'shm';
  readonly #options: ShmOptions;
  readonly #events: TransportEvents;
  readonly #waitedFor: (() => boolean) | undefined;
  readonly #neighbours: Neighbours;
  /** Parts of others, which came later, and who of them is still there. */
  readonly #younger = new Map<MappedPart, Set<number>>();
  readonly #gone = new Set<number>();
  readonly #readers: RingReaders;
  /** By rank, made on first use. */
  readonly #outboxes: (Outbox | undefined)[] = [];
  /** Those of them that have frames waiting. */
  readonly #delayed = new Set<Outbox>();
  readonly #waiter: Waiter;
  readonly #sleeper: Sleeper;
  readonly #copies: Copies;
  #bell: Bell | undefined;
  #wanted = false;
  #polled = false;
  #closed = false;

  constructor(options: ShmOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
    this.#waitedFor = events.waitedFor;
    const { rank, own, elders = [], waiting } = options;
    const { memory } = own;
    this.#neighbours = new Neighbours(rank);
    this.#readers = new RingReaders((error) => this.#fail(error));
    this.#addReaders(this.#neighbours.add(own));
    for (const words of elders) this.#neighbours.addWords(words);
    const peers = new PeerMemory(options.foreign, this.#neighbours, rank);
    this.#copies = new Copies(rank, this.#neighbours, peers, (other) =>
      this.#outbox(other).waker.wake(),
    );
    this.#sleeper = new Sleeper(memory, this.#neighbours.home(rank).sleepWord);
    this.#waiter = new Waiter(waiting, this.#sleeper, {
      look: () => this.#look(),
      needed: () => this.#needed(),
      giveWay: () => memory.giveWay(),
      park: () => this.#park(),
    });
  }

  reach(rank: number): boolean {
    return this.#neighbours.has(rank);
  }

  /** Share a part that was made for others, with each of whom this rank has rings there. What lies in these is found by the next look. */
  add(part: MappedPart): void {
    if (this.#closed) return;
    const peers = this.#neighbours.add(part);
    this.#younger.set(part, new Set(peers));
    this.#addReaders(peers);
  }

  /** Wait in this way from now on. */
  wait(waiting: Waiting): void {
    this.#waiter.change(waiting);
  }

  /** Make what is made otherwise when this rank first waits for its bell, while the folder of the job is there for certain. */
  open(): void {
    const { rank, folder, openPipe } = this.#options;
    if (this.#closed || this.#bell !== undefined) return;
    const pipe = openPipe(bellPath(folder, rank));
    this.#bell = openBell(pipe, () => this.#waiter.unpark());
  }

  send(rank: number, frame: Frame): Promise<void> | undefined {
    if (this.#closed || !this.#neighbours.has(rank)) return undefined;
    const outbox = this.#outbox(rank);
    if (outbox.sendAtOnce(frame)) return undefined;
    const done = outbox.send(frame);
    if (outbox.delayed && !this.#delayed.has(outbox)) {
      this.#delayed.add(outbox);
      this.#waiter.start();
    }
    return done;
  }

  expose(rank: number, payload: Uint8Array): number | undefined {
    return this.#copies.expose(rank, payload);
  }

  pull(rank: number, address: number, pulling: Pulling): void {
    if (this.#closed || !this.#neighbours.has(rank)) return;
    this.#copies.pull(rank, address, pulling);
    if (this.#copies.underWay) this.#waiter.start();
  }

  push(rank: number, address: number, payload: Uint8Array): void {
    if (this.#closed || !this.#neighbours.has(rank)) return;
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
      this.#bell?.hold(false);
      if (!this.busy) this.#waiter.unpark();
    }
  }

  rest(resting: boolean): void {
    // To wake the waiter for this would have it look for long again.
    if (this.#waiter.parked) this.#bell?.hold(!resting && this.#readable());
    else this.listen(!resting);
  }

  /** Whether there is something to be gone on with that was begun, whether frames are waited for or not. */
  get busy(): boolean {
    return this.#delayed.size > 0 || this.#copies.underWay;
  }

  poll(): void {
    if (this.#closed) return;
    this.#polled = true;
    this.#look();
    this.#polled = false;
  }

  /** When all for whom a part was made are gone, what lies there is taken in, and the part given back. */
  forget(rank: number): void {
    this.#gone.add(rank);
    for (const [part, left] of this.#younger) {
      if (!left.delete(rank) || left.size > 0) continue;
      this.#younger.delete(part);
      // One of its last frames may be what told so.
      if (this.#readers.reading) queueMicrotask(() => this.#giveBack(part));
      else this.#giveBack(part);
    }
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

  #addReaders(peers: readonly number[]): void {
    const { rank } = this.#options;
    this.#readers.add(
      peers.map(
        (source) =>
          new RingReader(
            source,
            this.#neighbours.ring(source, source, rank),
            (header, payload) => this.#events.onFrame(source, header, payload),
            (header, bytes) => this.#events.land?.(source, header, bytes),
            () => this.#outbox(source).waker.wake(),
          ),
      ),
    );
  }

  /** Nobody is there any more for whom this part was made: read it to its end, and share it no more. */
  #giveBack({ layout, memory }: MappedPart): void {
    if (this.#closed) return;
    const { rank } = this.#options;
    const { members } = layout;
    this.#readers.finish(members);
    if (this.#closed) return;
    for (const member of members) {
      this.#copies.forget(member);
      const outbox = this.#outboxes[member];
      if (outbox !== undefined) {
        this.#delayed.delete(outbox);
        outbox.forget();
      }
      this.#outboxes[member] = undefined;
      this.#neighbours.drop(member);
    }
    const rest = [layout.ofMembers()];
    for (const elder of layout.elders) {
      // The others do so for themselves.
      if (elder === rank || this.#gone.has(elder)) rest.push(layout.ofElder(elder));
    }
    for (const { at, bytes } of rest) if (bytes > 0) memory.discard(at, bytes);
  }

  #needed(): boolean {
    return this.#readable() || this.busy;
  }

  /** Whether frames are waited for now, and so may be taken in. */
  readonly #readable = (): boolean => {
    if (this.#polled) return true;
    return this.#wanted && (this.#waitedFor === undefined || this.#waitedFor());
  };

  /** Move what can be moved; false if there was nothing. */
  #look(): boolean {
    const flushed = this.#delayed.size > 0 && this.#flushAll();
    const copied = this.#copies.underWay && this.#copies.step();
    if (copied) this.#waiter.worked();
    const found = this.#readable() && this.#readers.readAll(this.#readable);
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

  #park(): void {
    this.open();
    // While this rank does not wait for it, other things keep the process alive, or nothing does.
    this.#bell?.hold(this.#readable());
  }

  #outbox(rank: number): Outbox {
    return this.#outboxes[rank] ?? this.#newOutbox(rank);
  }

  #newOutbox(rank: number): Outbox {
    const { rank: own, folder } = this.#options;
    const { memory, sleepWord } = this.#neighbours.home(rank);
    const rope = new BellRope(bellPath(folder, rank));
    const waker = new Waker(memory, sleepWord, () => rope.ring());
    const ring = new RingWriter(this.#neighbours.ring(rank, own, rank));
    const outbox = new Outbox(ring, waker, () => rope.close());
    this.#outboxes[rank] = outbox;
    return outbox;
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
