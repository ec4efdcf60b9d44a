/** Where the items of a call come from, read as they are needed. */
export interface Source {
  /** Take up to so many items; none if there are none for now. May throw what the user's iterator throws. */
  take(most: number): readonly unknown[];
  /** Whether nothing more will come. */
  readonly ended: boolean;
  /** How many are left, as far as is known; Infinity if not. */
  readonly left: number;
  /** Read no further. */
  close(): void;
}

/** Anything that items can come from. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** How the user of a source hears of it. */
export interface SourceEvents {
  /** There are items again, or the end has come. */
  readonly onMore: () => void;
  readonly onError: (error: unknown) => void;
}

/** Tell whether items can come from it. */
export function isItems(value: unknown): value is Items<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

/** @param ahead  how many asynchronous items may be read ahead now */
export function sourceOf(items: Items<unknown>, ahead: () => number, events: SourceEvents): Source {
  if (Array.isArray(items)) return new ListSource([...items]);
  if (ArrayBuffer.isView(items))
    return new ListSource([...(items as unknown as Iterable<unknown>)]);
  return Symbol.asyncIterator in items
    ? new AsyncSource(items[Symbol.asyncIterator](), ahead, events)
    : new IteratorSource(items[Symbol.iterator]());
}

class ListSource implements Source {
  readonly #items: readonly unknown[];
  #next = 0;

  /** @param items  as they were when the call was made */
  constructor(items: readonly unknown[]) {
    this.#items = items;
  }

  get left(): number {
    return this.#items.length - this.#next;
  }

  get ended(): boolean {
    return this.left <= 0;
  }

  take(most: number): readonly unknown[] {
    const first = this.#next;
    this.#next = Math.min(first + most, this.#items.length);
    return this.#items.slice(first, this.#next);
  }

  close(): void {
    this.#next = this.#items.length;
  }
}

/** Reads only what a worker is free for. */
class IteratorSource implements Source {
  readonly #iterator: Iterator<unknown>;
  readonly left: number = Number.POSITIVE_INFINITY;
  ended = false;

  constructor(iterator: Iterator<unknown>) {
    this.#iterator = iterator;
  }

  take(most: number): readonly unknown[] {
    const taken: unknown[] = [];
    while (taken.length < most && !this.ended) {
      const { done, value } = this.#next();
      if (done === true) this.ended = true;
      else taken.push(value);
    }
    return taken;
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.#iterator.return?.();
  }

  #next(): IteratorResult<unknown> {
    try {
      return this.#iterator.next();
    } catch (error) {
      // Such an iterator is not closed, by the rules of the language.
      this.ended = true;
      throw error;
    }
  }
}

/** Reads a little ahead, since an item may take its time. */
class AsyncSource implements Source {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #ahead: () => number;
  readonly #events: SourceEvents;
  readonly left: number = Number.POSITIVE_INFINITY;
  #buffer: unknown[] = [];
  #exhausted = false;
  #reading = false;

  constructor(iterator: AsyncIterator<unknown>, ahead: () => number, events: SourceEvents) {
    this.#iterator = iterator;
    this.#ahead = ahead;
    this.#events = events;
    void this.#read();
  }

  get ended(): boolean {
    return this.#exhausted && this.#buffer.length === 0;
  }

  take(most: number): readonly unknown[] {
    const taken = this.#buffer.splice(0, most);
    void this.#read();
    return taken;
  }

  close(): void {
    this.#buffer = [];
    if (this.#exhausted) return;
    this.#exhausted = true;
    void Promise.resolve(this.#iterator.return?.()).catch(() => {});
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (!this.#exhausted && this.#buffer.length < this.#ahead()) {
        const { done, value } = await this.#iterator.next();
        if (this.#exhausted) break;
        if (done === true) this.#exhausted = true;
        else this.#buffer.push(value);
        this.#events.onMore();
      }
    } catch (error) {
      this.#exhausted = true;
      this.#events.onError(error);
    } finally {
      this.#reading = false;
    }
  }
}
