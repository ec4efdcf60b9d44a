import { BucketMap } from './bucket-map.ts';
import { type Envelope, isExact, matches } from './envelope.ts';

/**
 * Messages that arrived before their receive, in the order of arrival.
 *
 * A receive that names source and tag finds its message by hash. One with wildcards walks the arrivals
 * from the oldest, as MPI's order demands.
 */
export class UnexpectedQueue<T extends Envelope> {
  readonly #exact = new BucketMap<T>();
  readonly #arrivals = new Set<T>();

  get length(): number {
    return this.#arrivals.size;
  }

  add(message: T): void {
    this.#exact.push(message);
    this.#arrivals.add(message);
  }

  /** Look at the oldest message that this receive would accept. */
  find(wanted: Envelope): T | undefined {
    if (this.#arrivals.size === 0) return undefined;
    if (isExact(wanted)) return this.#exact.first(wanted);
    for (const message of this.#arrivals) if (matches(wanted, message)) return message;
    return undefined;
  }

  /**
   * Look at those with this tag, from so many sources: at the oldest of each at least. However many others lie here, that takes
   * no longer than to ask for each source.
   */
  withTag(tag: number, sources: number): T[] {
    const found: T[] = [];
    if (this.#arrivals.size <= sources) {
      for (const message of this.#arrivals) if (message.tag === tag) found.push(message);
      return found;
    }
    for (let source = 0; source < sources; source += 1) {
      const message = this.#exact.first({ source, tag });
      if (message !== undefined) found.push(message);
    }
    return found;
  }

  remove(message: T): boolean {
    return this.#arrivals.delete(message) && this.#exact.remove(message);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#arrivals[Symbol.iterator]();
  }
}
