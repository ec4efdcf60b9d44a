import { BucketMap } from './bucket-map.ts';
import { type Envelope, isExact, matches } from './envelope.ts';

/** A receive as the queue sees it. */
export interface Posted extends Envelope {
  /** Set by the queue: place in the order of posting. */
  order: number;
}

/**
 * Receives that wait for a message, oldest first.
 *
 * Receives that name source and tag are found by hash; those with wildcards, of which there are few,
 * stand in a list of their own. The older of the two candidates wins, so the order of posting holds.
 */
export class PostedQueue<T extends Posted> {
  readonly #exact = new BucketMap<T>();
  readonly #wild = new Set<T>();
  #orders = 0;

  post(receive: T): void {
    receive.order = this.#orders;
    this.#orders += 1;
    if (isExact(receive)) this.#exact.push(receive);
    else this.#wild.add(receive);
  }

  /** Take out the oldest receive that accepts this message. */
  take(message: Envelope): T | undefined {
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

  /** Take out this receive; false if it is no longer here. */
  remove(receive: T): boolean {
    return isExact(receive) ? this.#exact.remove(receive) : this.#wild.delete(receive);
  }

  *[Symbol.iterator](): Generator<T> {
    yield* this.#exact;
    yield* this.#wild;
  }
}
