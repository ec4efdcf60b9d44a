import { BucketMap } from './bucket-map.ts';
import { type Envelope, isExact, matches } from './envelope.ts';

/** A receive as the queue sees it. */
export interface Posted extends Envelope {
  /** Set by the queue: place in the order of posting. */
  order: number;
}

/** So few receives are searched one by one: that takes less than to file them, and mostly the oldest is meant. */
const FEW = 64;

/**
 * Receives that wait for a message, oldest first.
 *
 * The first few stand in a plain list. Of the others, those that name source and tag are found by hash;
 * those with wildcards stand in a list of their own. The oldest of the candidates wins, so the order
 * of posting holds.
 */
export class PostedQueue<T extends Posted> {
  /** Those from `#first` on; the places before it are free. */
  readonly #few: (T | undefined)[] = [];
  #first = 0;
  readonly #most: number;
  readonly #exact = new BucketMap<T>();
  readonly #wild = new Set<T>();
  /** How many are not among the few. */
  #filed = 0;
  #orders = 0;

  /** @param few  how many the plain list holds */
  constructor(few: number = FEW) {
    this.#most = few;
  }

  post(receive: T): void {
    receive.order = this.#orders;
    this.#orders += 1;
    if (this.#filed === 0 && this.#few.length < this.#most) {
      this.#few.push(receive);
      return;
    }
    this.#filed += 1;
    if (isExact(receive)) this.#exact.push(receive);
    else this.#wild.add(receive);
  }

  /** Take out the oldest receive that accepts this message. */
  take(message: Envelope): T | undefined {
    // Each of the few was posted before each of those that are filed.
    const few = this.#few;
    for (let at = this.#first; at < few.length; at += 1) {
      const receive = few[at] as T;
      if (!matches(receive, message)) continue;
      this.#takeOut(at);
      return receive;
    }
    return this.#filed === 0 ? undefined : this.#takeFiled(message);
  }

  /** Take out this receive; false if it is no longer here. */
  remove(receive: T): boolean {
    const at = this.#few.indexOf(receive, this.#first);
    if (at >= 0) {
      this.#takeOut(at);
      return true;
    }
    const found = isExact(receive) ? this.#exact.remove(receive) : this.#wild.delete(receive);
    if (found) this.#filed -= 1;
    return found;
  }

  *[Symbol.iterator](): Generator<T> {
    yield* this.#few.slice(this.#first) as T[];
    yield* this.#exact;
    yield* this.#wild;
  }

  #takeFiled(message: Envelope): T | undefined {
    let found = this.#exact.first(message);
    for (const receive of this.#wild) {
      if (found !== undefined && receive.order > found.order) break;
      if (matches(receive, message)) {
        found = receive;
        break;
      }
    }
    if (found !== undefined) this.remove(found);
    return found;
  }

  /** Take one of the few out of its place: those before it move up, mostly none. */
  #takeOut(at: number): void {
    const few = this.#few;
    if (at === few.length - 1) {
      // Mostly the only one. To set the length is a call into the engine, and costs as much as all the rest.
      few.pop();
    } else {
      for (let place = at; place > this.#first; place -= 1) few[place] = few[place - 1];
      few[this.#first] = undefined;
      this.#first += 1;
    }
    // The free places are given back once they are many: each receive is moved once at the most.
    if (this.#first === 0 || (this.#first < few.length && this.#first * 2 < this.#most)) return;
    few.splice(0, this.#first);
    this.#first = 0;
  }
}
