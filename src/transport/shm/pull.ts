import type { Pulling } from '../transport.ts';
import { ASKED, claim, FAILED, MOST_UNITS, UNIT_BYTES, unitsOf } from './claim.ts';
import type { Copy, CopyPlace } from './copy.ts';

/** From this size on it pays to ask the sender for help. */
const SHORTEST_SHARED_BYTES = 64 * 1024;
/** Memory for so much is worth the wish for large pages. */
const SHORTEST_ADVISED_BYTES = 4 * 2 ** 20;

/** The receiver's part in the copying of one payload: all of it, if nobody helps. See `claim.ts`. */
export class Pull implements Copy {
  ended = false;
  readonly #place: CopyPlace;
  readonly #address: number;
  readonly #pulling: Pulling;
  readonly #units: number;
  readonly #onEnd: () => void;
  #begun = false;
  /** Whether the sender was asked for help. */
  #shared = false;
  /** Units that this side has copied: the first ones. */
  #copied = 0;

  /** @param onEnd  called before the outcome is told */
  constructor(place: CopyPlace, address: number, pulling: Pulling, onEnd: () => void) {
    this.#place = place;
    this.#address = address;
    this.#pulling = pulling;
    this.#units = unitsOf(pulling.bytes);
    this.#onEnd = onEnd;
  }

  get peer(): number {
    return this.#place.peer;
  }

  /** Whether the sender may still write, though this was dropped: then the memory must stay. */
  get exposed(): boolean {
    const { words, helper } = this.#place;
    return this.#shared && Atomics.load(words, helper) === ASKED;
  }

  step(): boolean {
    const room = this.#pulling.landing.room();
    if (room === undefined) {
      this.#end(false);
      return true;
    }
    if (!this.#begun) this.#begin(room);
    const part = this.#claim();
    if (part === 0) return this.#awaitHelper();
    const { peer, memory } = this.#place;
    const from = this.#copied * UNIT_BYTES;
    const bytes = Math.min(part * UNIT_BYTES, this.#pulling.bytes - from);
    if (!memory.read(peer, this.#address + from, room, from, bytes)) {
      this.#end(false);
      return true;
    }
    this.#copied += part;
    if (this.#copied === this.#units) this.#end(true);
    return true;
  }

  drop(): void {
    this.ended = true;
    const { words, claimed } = this.#place;
    if (this.#shared) Atomics.store(words, claimed, this.#units);
  }

  #begin(room: Uint8Array): void {
    this.#begun = true;
    const { bytes, help } = this.#pulling;
    const { peer, memory, words, claimed, helper } = this.#place;
    if (bytes >= SHORTEST_ADVISED_BYTES) memory.expectFill(room);
    if (help === undefined || bytes < SHORTEST_SHARED_BYTES) return;
    const state = Atomics.load(words, helper);
    const address = memory.addressOf(peer, room);
    if (state === ASKED || state === FAILED || address === undefined) return;
    this.#shared = true;
    Atomics.store(words, claimed, 0);
    Atomics.store(words, helper, ASKED);
    help(address);
  }

  #claim(): number {
    const { words, claimed } = this.#place;
    if (this.#shared) return claim(words, claimed, this.#units);
    return Math.min(this.#units - this.#copied, MOST_UNITS);
  }

  /** All is claimed, and some of it by the sender: false while that is still at it. */
  #awaitHelper(): boolean {
    const { words, helper } = this.#place;
    const state = Atomics.load(words, helper);
    if (state === ASKED) return false;
    // What the sender claimed is the rest, and is now for this side to copy.
    if (state === FAILED) this.#shared = false;
    else this.#end(true);
    return true;
  }

  #end(whole: boolean): void {
    this.drop();
    this.#onEnd();
    this.#pulling.done(whole);
  }
}
