import { Fifo } from '../base/fifo.ts';
import { type Envelope, envelopeKey } from './envelope.ts';

/** Empty buckets are kept for the next message with the same envelope, up to this many. */
const MOST_EMPTY_BUCKETS = 256;

/** Queues by exact envelope: constant time however many different messages wait. */
export class BucketMap<T extends Envelope> {
  readonly #buckets = new Map<number, Fifo<T>>();
  #empty = 0;

  push(item: T): void {
    const key = envelopeKey(item);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      const fresh = new Fifo<T>();
      fresh.push(item);
      this.#buckets.set(key, fresh);
      return;
    }
    if (bucket.length === 0) this.#empty -= 1;
    bucket.push(item);
  }

  /** The oldest item with this envelope. */
  first(envelope: Envelope): T | undefined {
    return this.#buckets.get(envelopeKey(envelope))?.peek();
  }

  remove(item: T): boolean {
    const bucket = this.#buckets.get(envelopeKey(item));
    if (bucket === undefined) return false;
    if (bucket.peek() === item) bucket.shift();
    else if (!bucket.remove(item)) return false;
    if (bucket.length === 0) this.#keepOrDrop(item);
    return true;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const bucket of this.#buckets.values()) yield* bucket;
  }

  #keepOrDrop(item: T): void {
    if (this.#empty < MOST_EMPTY_BUCKETS) this.#empty += 1;
    else this.#buckets.delete(envelopeKey(item));
  }
}
