import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { isLimited, type Limits, watchLimits } from '../match/limits.ts';
import { Call, type CallOptions } from './call.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Ground } from './ground.ts';
import {
  checkCallOptions,
  type PoolOptions,
  type StreamOptions,
  type TaskOptions,
} from './options.ts';
import { Progress } from './progress.ts';
import { referenceOf } from './reference.ts';
import { type Items, isItems, sourceOf } from './source.ts';
import type { FunctionReference } from './wire.ts';

/** Chunks for each worker whose results nobody has asked for yet. */
const CHUNKS_AHEAD = 4;

const CLOSED =
  'the pool is closed: call it before close(), terminate() or the end of the block with `await using`, or make another one';

/** Checks the calls of a pool, and begins them. */
export class PoolCalls {
  readonly #ground: Ground;
  readonly #options: PoolOptions;
  readonly #size: number;
  readonly #dispatcher: Dispatcher;
  readonly #keys = new Map<string, number>();
  readonly #references: FunctionReference[] = [];
  #closed = false;

  constructor(ground: Ground, options: PoolOptions, size: number, dispatcher: Dispatcher) {
    this.#ground = ground;
    this.#options = options;
    this.#size = size;
    this.#dispatcher = dispatcher;
  }

  /** Accept no more calls. */
  close(): void {
    this.#closed = true;
  }

  /** A function by its number. */
  referenceOf(key: number): FunctionReference {
    return this.#references[key] as FunctionReference;
  }

  /** Begin a call. */
  begin(
    items: Items<unknown>,
    what: Pick<CallOptions, 'name' | 'fn' | 'key' | 'spread' | 'results'>,
    options: StreamOptions,
  ): Call {
    const { chunkSize = 1, retries = 2 } = { ...this.#options, ...defined(options) };
    let stopLimits: (() => void) | undefined;
    const most = Math.max(this.ahead(options), chunkSize);
    const source = sourceOf(items, () => Math.min(most, what.results.room), {
      onMore: () => {
        this.#dispatcher.fill();
        call.check();
      },
      onError: (error) => call.fail(() => error),
    });
    const call: Call = new Call(source, {
      ...what,
      chunkSize,
      retries,
      progress: this.#progress(what.fn, options),
      refusal: what.spread
        ? (index, item) => this.#refuseNoList(what.name, index, item)
        : undefined,
      onEnd: () => {
        stopLimits?.();
        this.#dispatcher.ended(call);
      },
    });
    this.#dispatcher.start(call);
    if (isLimited(options) && !call.over) stopLimits = this.#limit(call, what.name, options);
    return call;
  }

  #refuseNoList(name: string, index: number, item: unknown): (() => MpiError) | undefined {
    if (Array.isArray(item)) return undefined;
    const text =
      name === 'submit'
        ? `the arguments must be an array, not ${show(item)}: submit(fn, [1, 2])`
        : `item ${index}, ${show(item)}, is no list of arguments: give an array for each call, [[1, 2], [3, 4]], or use map for a function of one argument`;
    return () => this.error('ERR_ARG', name, text);
  }

  #limit(call: Call, name: string, limits: Limits): (() => void) | undefined {
    const giveUp = (makeError: () => unknown): void => {
      call.fail(makeError);
    };
    return watchLimits(limits, this.#ground.clock, giveUp, (timeout) => {
      const text = `not complete within ${timeout} ms: ${call.describe()}${this.#dispatcher.describe(call)}`;
      return () => this.error('ERR_TIMEOUT', name, text);
    });
  }

  #progress(fn: string, options: TaskOptions): Progress | undefined {
    const { onProgress, progress = false } = { ...this.#options, ...defined(options) };
    const bar = progress ? this.#ground.bar() : undefined;
    if (onProgress === undefined && bar === undefined) return undefined;
    return new Progress(fn, () => this.#ground.clock.now(), onProgress, bar);
  }

  /** How many items may be read whose results nobody has asked for. */
  ahead({ readAhead, chunkSize = this.#options.chunkSize ?? 1 }: StreamOptions): number {
    return readAhead ?? CHUNKS_AHEAD * this.#size * chunkSize;
  }

  /** Check what a call is given. @returns the number of the function */
  check(name: string, fn: unknown, items: unknown, options: StreamOptions): number {
    const refuse = (text: string): MpiError => this.error('ERR_ARG', name, text);
    if (this.#closed) throw this.error('ERR_OTHER', name, CLOSED);
    checkCallOptions(this.#ground, `pool.${name}`, options, refuse);
    const reference = referenceOf(fn, refuse);
    if (!isItems(items)) {
      throw refuse(`the items must be an array or another iterable, not ${show(items)}`);
    }
    const known = `${reference.name}\n${reference.text}`;
    const key = this.#keys.get(known) ?? this.#references.push(reference) - 1;
    this.#keys.set(known, key);
    return key;
  }

  error(code: MpiError['code'], name: string, text: string): MpiError {
    return errorOf(this.#ground, code, `pool.${name}`, text);
  }
}

/** Make an error of a pool: who, which call, what. */
export function errorOf(
  { who, rank }: Pick<Ground, 'who' | 'rank'>,
  code: MpiError['code'],
  call: string,
  text: string,
): MpiError {
  return new MpiError(code, `${who}: ${call}: ${text}`, { rank });
}

/** An option that is undefined is left out. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}
