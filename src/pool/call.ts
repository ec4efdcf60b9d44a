import type { Chunk, Supply } from '../tasks/supply.ts';
import type { Progress } from './progress.ts';
import type { Results } from './results.ts';
import type { Source } from './source.ts';

/** What a call is about. */
export interface CallOptions {
  /** What was called: `map`. */
  readonly name: string;
  /** The name of the function, and its number. */
  readonly fn: string;
  readonly key: number;
  /** Whether an item is a list of arguments. */
  readonly spread: boolean;
  readonly chunkSize: number;
  /** An item is run again if its worker ends, so many times. */
  readonly retries: number;
  readonly results: Results & { read?(count: number): void };
  readonly progress: Progress | undefined;
  /** Tell why an item cannot be given to the function, by what makes the error; undefined if each can. */
  readonly refusal: ((index: number, item: unknown) => (() => unknown) | undefined) | undefined;
  /** Is called once, when it has ended. */
  readonly onEnd: (call: Call) => void;
}

/** One call of a pool: reads its items, and gathers their results. */
export class Call implements Supply {
  readonly options: CallOptions;
  readonly #source: Source;
  #taken = 0;
  #settled = 0;
  #over = false;

  constructor(source: Source, options: CallOptions) {
    this.#source = source;
    this.options = options;
  }

  get left(): number {
    return Math.ceil(this.#source.left / this.options.chunkSize);
  }

  get over(): boolean {
    return this.#over;
  }

  take(): Chunk | undefined {
    if (this.#over) return undefined;
    const { chunkSize, results } = this.options;
    const room = Math.min(chunkSize, results.room);
    if (room <= 0) return undefined;
    const items = this.#read(room);
    if (items.length === 0) {
      this.check();
      return undefined;
    }
    const first = this.#taken;
    this.#taken += items.length;
    results.read?.(items.length);
    return { first, items };
  }

  /** The results of some items that stand in a row have come. */
  put(first: number, values: readonly unknown[]): void {
    if (this.#over) return;
    const { results, progress } = this.options;
    this.#settled += values.length;
    results.put(first, values);
    try {
      progress?.show(this.#settled, this.#settled + this.#unsettled());
    } catch (error) {
      this.fail(() => error);
    }
    this.check();
  }

  /** End if nothing more is to come. */
  check(): void {
    if (this.#over || !this.#source.ended || this.#settled < this.#taken) return;
    this.#end();
    this.options.results.finish();
  }

  /** End with an error. @returns false if it has ended before */
  fail(makeError: () => unknown): boolean {
    if (this.#over) return false;
    this.#end();
    this.#source.close();
    this.options.results.fail(makeError);
    return true;
  }

  /** Say how far it has come. */
  describe(): string {
    const total = this.#settled + this.#unsettled();
    const of = Number.isFinite(total) ? ` of ${total}` : '';
    return `${this.#settled}${of} ${total === 1 ? 'item is' : 'items are'} done`;
  }

  #unsettled(): number {
    return this.#taken - this.#settled + this.#source.left;
  }

  #read(most: number): readonly unknown[] {
    try {
      const items = this.#source.take(most);
      const { refusal } = this.options;
      if (refusal === undefined) return items;
      for (const [at, item] of items.entries()) {
        const makeError = refusal(this.#taken + at, item);
        if (makeError !== undefined && this.fail(makeError)) return [];
      }
      return items;
    } catch (error) {
      this.fail(() => error);
      return [];
    }
  }

  #end(): void {
    this.#over = true;
    this.options.progress?.end();
    this.options.onEnd(this);
  }
}
