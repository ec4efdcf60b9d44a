import type { SegmentLayout } from './layout.ts';
import type { ForeignMemory, SharedMemory } from './memory.ts';

/**
 * The memory of the other ranks of this host, for as long as the system lets us at it.
 *
 * What was refused once is not tried again: a sandbox forbids it, or that rank is gone and the job ends.
 */
export class PeerMemory {
  readonly #foreign: ForeignMemory | undefined;
  readonly #words: Int32Array;
  readonly #layout: SegmentLayout;
  #readable: boolean;
  #writable: boolean;

  constructor(
    foreign: ForeignMemory | undefined,
    { words }: SharedMemory,
    layout: SegmentLayout,
    rank: number,
  ) {
    this.#foreign = foreign;
    this.#words = words;
    this.#layout = layout;
    this.#readable = foreign !== undefined;
    this.#writable = this.#readable;
    if (foreign !== undefined) Atomics.store(words, layout.processWord(rank), foreign.processId);
  }

  get readable(): boolean {
    return this.#readable;
  }

  get writable(): boolean {
    return this.#writable;
  }

  /** Where bytes of this rank lie, for others to read or write; undefined if they cannot. */
  addressOf(bytes: Uint8Array): number | undefined {
    return this.#readable ? this.#foreign?.addressOf(bytes) : undefined;
  }

  /** Say that memory of this rank is about to be filled. */
  expectFill(bytes: Uint8Array): void {
    this.#foreign?.preferLargePages(this.#foreign.addressOf(bytes), bytes.length);
  }

  /** Copy what lies at `there` with `rank` into `here`, from `offset` on; false if that cannot be done. */
  read(rank: number, there: number, here: Uint8Array, offset: number, bytes: number): boolean {
    const foreign = this.#foreign;
    if (!this.#readable || foreign === undefined) return false;
    const to = foreign.addressOf(here) + offset;
    this.#readable = foreign.read(this.#processId(rank), there, to, bytes);
    return this.#readable;
  }

  /** Copy from `here`, from `offset` on, to where `there` is with `rank`; false if that cannot be done. */
  write(rank: number, there: number, here: Uint8Array, offset: number, bytes: number): boolean {
    const foreign = this.#foreign;
    if (!this.#writable || foreign === undefined) return false;
    const from = foreign.addressOf(here) + offset;
    this.#writable = foreign.write(this.#processId(rank), there, from, bytes);
    return this.#writable;
  }

  #processId(rank: number): number {
    return Atomics.load(this.#words, this.#layout.processWord(rank));
  }
}
