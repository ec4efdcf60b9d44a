import type { Random } from '../base/random.ts';
import type { Pulling } from './transport.ts';

/**
 * A payload that is copied little by little by its receiver, and from its end by its sender as well if that comes
 * to help in time. Each step may be the one that fails.
 */
export class LocalCopy {
  ended = false;
  readonly #random: Random;
  readonly #payload: Uint8Array;
  readonly #pulling: Pulling;
  /** What lies between these is not copied yet. */
  #from = 0;
  #to: number;

  constructor(random: Random, payload: Uint8Array, pulling: Pulling) {
    this.#random = random;
    this.#payload = payload;
    this.#pulling = pulling;
    this.#to = payload.length;
  }

  /** The receiver copies a part. */
  pull(): void {
    const room = this.#pulling.landing.room();
    if (room === undefined || this.#random() < 0.1) {
      this.#end(false);
      return;
    }
    const end = this.#from + this.#part();
    room.set(this.#payload.subarray(this.#from, end), this.#from);
    this.#from = end;
    if (this.#from === this.#to) this.#end(true);
  }

  /** The sender copies a part, or fails to; then that is left to the receiver. */
  push(payload: Uint8Array): void {
    const room = this.#pulling.landing.room();
    if (room === undefined || this.#random() < 0.2) return;
    const start = this.#to - this.#part();
    room.set(payload.subarray(start, this.#to), start);
    this.#to = start;
    if (this.#from === this.#to) this.#end(true);
  }

  #part(): number {
    return Math.ceil((this.#to - this.#from) * this.#random());
  }

  #end(whole: boolean): void {
    this.ended = true;
    this.#pulling.done(whole);
  }
}
