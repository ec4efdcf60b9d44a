import { processWord, type SegmentLayout, sleepWord } from './layout.ts';
import type { SharedMemory } from './memory.ts';
import type { RingPlace } from './ring.ts';

/** A part of the shared memory, as a process has it before it. */
export interface MappedPart {
  readonly layout: SegmentLayout;
  readonly memory: SharedMemory;
}

/** Where the words of some processes lie: at the beginning of their own part. */
export interface MappedWords {
  readonly members: readonly number[];
  readonly memory: SharedMemory;
}

/** Where the words of one process lie. */
export interface Home {
  readonly memory: SharedMemory;
  readonly sleepWord: number;
  readonly processWord: number;
}

/**
 * The processes with which one shares memory, and in which part of it.
 *
 * Each process has one home, which is where it sleeps whoever is to wake it, and meets each other one in a single part: that of the
 * younger of the two.
 */
export class Neighbours {
  readonly #own: number;
  /** By process. */
  readonly #parts: (MappedPart | undefined)[] = [];
  readonly #homes: (Home | undefined)[] = [];

  constructor(own: number) {
    this.#own = own;
  }

  /** Share one more part. @returns the processes that are reached through it */
  add(part: MappedPart): readonly number[] {
    const { layout, memory } = part;
    this.addWords({ members: layout.members, memory });
    const peers = layout.peersOf(this.#own);
    for (const peer of peers) this.#parts[peer] = part;
    return peers;
  }

  /** Know where others sleep. */
  addWords({ members, memory }: MappedWords): void {
    for (const [place, member] of members.entries()) {
      this.#homes[member] = {
        memory,
        sleepWord: sleepWord(place),
        processWord: processWord(place),
      };
    }
  }

  /** Share nothing with this process any more. */
  drop(rank: number): void {
    this.#parts[rank] = undefined;
    this.#homes[rank] = undefined;
  }

  has(rank: number): boolean {
    return this.#parts[rank] !== undefined;
  }

  part(rank: number): MappedPart {
    return this.#parts[rank] as MappedPart;
  }

  /** Where the ring lies that one of both, this process and `peer`, writes to, and the other reads from. */
  ring(peer: number, source: number, dest: number): RingPlace {
    const { layout, memory } = this.part(peer);
    return {
      memory,
      control: layout.controlWord(source, dest),
      start: layout.ringAt(source, dest),
      bytes: layout.ringBytesOf(source, dest),
    };
  }

  home(rank: number): Home {
    return this.#homes[rank] as Home;
  }
}
