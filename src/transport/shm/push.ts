import { claim, FAILED, IDLE, UNIT_BYTES, unitsOf } from './claim.ts';
import type { Copy, CopyPlace } from './copy.ts';

/** The sender's part in the copying of one payload, which begins when it is asked for help. See `claim.ts`. */
export class Push implements Copy {
  ended = false;
  readonly #place: CopyPlace;
  readonly #address: number;
  readonly #payload: Uint8Array;
  readonly #onEnd: () => void;
  readonly #units: number;
  /** What this side has claimed begins at this unit. */
  #from: number;

  /** @param onEnd  called when the receiver can see that this side has left */
  constructor(place: CopyPlace, address: number, payload: Uint8Array, onEnd: () => void) {
    this.#place = place;
    this.#address = address;
    this.#payload = payload;
    this.#onEnd = onEnd;
    this.#units = unitsOf(payload.length);
    this.#from = this.#units;
  }

  get peer(): number {
    return this.#place.peer;
  }

  step(): boolean {
    const { peer, memory, words, claimed } = this.#place;
    if (!memory.writable(peer)) {
      this.#leave(FAILED);
      return true;
    }
    const part = claim(words, claimed, this.#units);
    if (part > 0) {
      const end = Math.min(this.#from * UNIT_BYTES, this.#payload.length);
      this.#from -= part;
      const from = this.#from * UNIT_BYTES;
      if (!memory.write(peer, this.#address + from, this.#payload, from, end - from)) {
        this.#leave(FAILED);
        return true;
      }
    }
    // The receiver may wait for nothing else.
    if (Atomics.load(words, claimed) >= this.#units) this.#leave(IDLE);
    return true;
  }

  drop(): void {
    this.#leave(FAILED);
  }

  #leave(how: number): void {
    this.ended = true;
    const { words, helper } = this.#place;
    Atomics.store(words, helper, how);
    this.#onEnd();
  }
}
