import type { ForeignMemory } from './memory.ts';
import type { Neighbours } from './neighbours.ts';

/**
 * The memory of the other processes of this host, for as long as the system lets us at it.
 *
 * What was refused once is not tried again with that process: a sandbox forbids it, or it is gone.
 */
export class PeerMemory {
  readonly #foreign: ForeignMemory | undefined;
  readonly #neighbours: Neighbours;
  readonly #unreadable = new Set<number>();
  readonly #unwritable = new Set<number>();

  constructor(foreign: ForeignMemory | undefined, neighbours: Neighbours, rank: number) {
    this.#foreign = foreign;
    this.#neighbours = neighbours;
    if (foreign === undefined) return;
    const { memory, processWord } = neighbours.home(rank);
    Atomics.store(memory.words, processWord, foreign.processId);
  }

  writable(rank: number): boolean {
    return this.#foreign !== undefined && !this.#unwritable.has(rank);
  }

  /** Where bytes of this process lie, for that one to read or write; undefined if it cannot. */
  addressOf(rank: number, bytes: Uint8Array): number | undefined {
    return this.#unreadable.has(rank) ? undefined : this.#foreign?.addressOf(bytes);
  }

  /** Say that memory of this process is about to be filled. */
  expectFill(bytes: Uint8Array): void {
    this.#foreign?.preferLargePages(this.#foreign.addressOf(bytes), bytes.length);
  }

  /** Copy what lies at `there` with `rank` into `here`, from `offset` on; false if that cannot be done. */
  read(rank: number, there: number, here: Uint8Array, offset: number, bytes: number): boolean {
    const foreign = this.#foreign;
    if (foreign === undefined || this.#unreadable.has(rank)) return false;
    const to = foreign.addressOf(here) + offset;
    const done = foreign.read(this.#processId(rank), there, to, bytes);
    if (!done) this.#unreadable.add(rank);
    return done;
  }

  /** Copy from `here`, from `offset` on, to where `there` is with `rank`; false if that cannot be done. */
  write(rank: number, there: number, here: Uint8Array, offset: number, bytes: number): boolean {
    const foreign = this.#foreign;
    if (foreign === undefined || this.#unwritable.has(rank)) return false;
    const from = foreign.addressOf(here) + offset;
    const done = foreign.write(this.#processId(rank), there, from, bytes);
    if (!done) this.#unwritable.add(rank);
    return done;
  }

  #processId(rank: number): number {
    const { memory, processWord } = this.#neighbours.home(rank);
    return Atomics.load(memory.words, processWord);
  }
}
