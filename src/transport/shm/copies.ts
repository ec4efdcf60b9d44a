import { Fifo } from '../../base/fifo.ts';
import type { Pulling } from '../transport.ts';
import type { Copy, CopyPlace } from './copy.ts';
import { CLAIMED_WORD, HELPER_WORD } from './layout.ts';
import type { Neighbours } from './neighbours.ts';
import type { PeerMemory } from './peer-memory.ts';
import { Pull } from './pull.ts';
import { Push } from './push.ts';

/** Payloads from this size on are better pulled: one copy, made by the system, against two. */
const SHORTEST_PULL_BYTES = 16 * 1024;
/** What is no longer is copied in one go: it takes a tenth of a millisecond. What is longer goes on in later looks. */
const LONGEST_AT_ONCE_BYTES = 2 ** 20;
/** So often the receiver looks in one go whether the sender is done with the last part: for some 10 µs. */
const LOOKS_FOR_HELPER = 100;

/** All long payloads that are being copied between this rank and others. */
export class Copies {
  readonly #rank: number;
  readonly #neighbours: Neighbours;
  readonly #memory: PeerMemory;
  readonly #wake: (rank: number) => void;
  /** By source: what is to be pulled, one after the other, so that each gets all the help there is. */
  readonly #pulls: (Fifo<Pull> | undefined)[] = [];
  /** To be gone on with, beginning with the one that has waited longest. */
  readonly #underWay = new Set<Copy>();
  /** Kept for good, with the memory that they were to fill: the sender may still be at its last part. */
  readonly #exposed: Pull[] = [];

  /** @param wake  called for a rank that may wait for what this one has done */
  constructor(
    rank: number,
    neighbours: Neighbours,
    memory: PeerMemory,
    wake: (rank: number) => void,
  ) {
    this.#rank = rank;
    this.#neighbours = neighbours;
    this.#memory = memory;
    this.#wake = wake;
  }

  /** Whether any is to be gone on with. */
  get underWay(): boolean {
    return this.#underWay.size > 0;
  }

  /** As `Transport.expose`. */
  expose(dest: number, payload: Uint8Array): number | undefined {
    if (payload.length < SHORTEST_PULL_BYTES) return undefined;
    return this.#memory.addressOf(dest, payload);
  }

  /** As `Transport.pull`. */
  pull(source: number, address: number, pulling: Pulling): void {
    const pulls = this.#pulls[source] ?? new Fifo<Pull>();
    this.#pulls[source] = pulls;
    const place = this.#place(source, source, this.#rank);
    const pull = new Pull(place, address, pulling, () => {
      this.#underWay.delete(pull);
      if (pull.exposed) this.#exposed.push(pull);
      pulls.shift();
      const next = pulls.peek();
      if (next !== undefined) this.#underWay.add(next);
    });
    pulls.push(pull);
    if (pulls.length === 1) this.#start(pull, pulling.bytes);
  }

  /** As `Transport.push`. */
  push(dest: number, address: number, payload: Uint8Array): void {
    const place = this.#place(dest, this.#rank, dest);
    const push = new Push(place, address, payload, () => {
      this.#underWay.delete(push);
      this.#wake(dest);
    });
    this.#start(push, payload.length);
  }

  /** Go on with one of them; false if there is nothing to do at this moment. */
  step(): boolean {
    for (const copy of this.#underWay) {
      if (!copy.step()) continue;
      if (this.#underWay.delete(copy)) this.#underWay.add(copy);
      return true;
    }
    return false;
  }

  /** Copy nothing more from or to this rank, which is gone. */
  forget(rank: number): void {
    for (const copy of this.#underWay) {
      if (copy.peer === rank) this.#drop(copy);
    }
    this.#pulls[rank] = undefined;
  }

  close(): void {
    for (const copy of this.#underWay) this.#drop(copy);
  }

  #drop(copy: Copy): void {
    copy.drop();
    if (copy instanceof Pull && copy.exposed) this.#exposed.push(copy);
    this.#underWay.delete(copy);
  }

  #start(copy: Copy, bytes: number): void {
    this.#underWay.add(copy);
    let idle = 0;
    do {
      if (!copy.step()) idle += 1;
    } while (!copy.ended && bytes <= LONGEST_AT_ONCE_BYTES && idle < LOOKS_FOR_HELPER);
  }

  #place(peer: number, source: number, dest: number): CopyPlace {
    const { layout, memory } = this.#neighbours.part(peer);
    const control = layout.controlWord(source, dest);
    return {
      peer,
      memory: this.#memory,
      words: memory.words,
      claimed: control + CLAIMED_WORD,
      helper: control + HELPER_WORD,
    };
  }
}
