import { inspect } from 'node:util';
import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { encode } from '../codec/payload.ts';
import { rejected } from '../pt2pt/channel.ts';
import type { Request } from '../request/request.ts';
import type { TaskFunction } from '../tasks/run.ts';
import { Dispatcher } from './dispatcher.ts';
import { groundOf } from './ground.ts';
import {
  checkPoolOptions,
  type PoolOptions,
  type StreamOptions,
  type TaskOptions,
} from './options.ts';
import { errorOf, PoolCalls } from './pool-calls.ts';
import { referenceOf } from './reference.ts';
import { ResultList, ResultStream } from './results.ts';
import type { Items } from './source.ts';

let lastTag = 0;

/**
 * Workers that call functions of one module, for items that are handed out as they become free.
 *
 * Functions go by name: they must be exports of that module, and what they need must be in the item, in the module, or made by
 * the `initializer`. Under tsrun with several ranks the others are the workers, once their program has run to its end; otherwise workers
 * are spawned. What uses a pool therefore stands inside `if (isMain(import.meta)) { … }`: workers load the module too.
 *
 * Results come in the order of the items. If the function throws for one, the call rejects with `ERR_TASK`, whose `item` is its place
 * and whose `cause` is what was thrown, with the stack of the worker; nothing more of the call is begun. An item whose worker
 * ends is run again on another, `retries` times, and then named in an `ERR_PROC_FAILED`. A call that gives up, by its `timeout` or `signal`,
 * leaves its workers to end what they have begun.
 */
export class Pool {
  /** How many workers there are. */
  readonly size: number;
  readonly #dispatcher: Dispatcher;
  readonly #calls: PoolCalls;
  readonly #streams = new Set<ResultStream>();
  #ended = false;

  /**
   * Make a pool, and have its workers get ready.
   *
   * @param module  `import.meta.url` of the module with the functions, or `new URL('./tasks.ts', import.meta.url)`
   * @throws MpiError `ERR_ARG`; `ERR_OTHER` in a process that is a worker itself
   */
  constructor(module: string | URL, options: PoolOptions = {}) {
    const ground = groundOf();
    const refuse = (text: string, code: MpiError['code'] = 'ERR_ARG'): MpiError =>
      errorOf(ground, code, 'Pool', text);
    const refusal = ground.refusal();
    if (refusal !== undefined) {
      throw errorOf(ground, 'ERR_OTHER', 'Pool', refusal);
    }
    const url = module instanceof URL ? module.href : module;
    if (typeof url !== 'string' || !/^file:/.test(url) || !URL.canParse(url)) {
      throw refuse(
        `the first argument must be the URL of a module: import.meta.url, or new URL('./tasks.ts', import.meta.url), not ${show(module)}`,
      );
    }
    checkPoolOptions(ground, options, refuse);
    const { initializer, initializerArgs = [], hosts } = options;
    checkSendable(initializerArgs, refuse);
    const crew = ground.crew();
    this.size = options.size ?? (crew === undefined ? ground.cores : crew.size - 1);
    lastTag += 1;
    this.#dispatcher = new Dispatcher({
      ground,
      tag: lastTag,
      module: ground.sourceOf(url),
      size: this.size,
      hosts,
      initializer: initializer && {
        reference: referenceOf(initializer, (text) => refuse(`the initializer: ${text}`)),
        args: initializerArgs,
      },
      show: shorten,
      referenceOf: (key) => this.#calls.referenceOf(key),
    });
    this.#calls = new PoolCalls(ground, options, this.size, this.#dispatcher);
  }

  /** Call a function for each item. @returns the results, in the order of the items */
  map<T, R>(
    fn: (item: T) => R,
    items: Items<NoInfer<T>>,
    options: TaskOptions = {},
  ): Request<Awaited<R>[]> {
    return this.#gather('map', fn, items, { spread: false, options });
  }

  /** Call a function with each list of arguments. @returns the results, in the order of the lists */
  starmap<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    items: Items<NoInfer<A>>,
    options: TaskOptions = {},
  ): Request<Awaited<R>[]> {
    return this.#gather('starmap', fn as TaskFunction, items, { spread: true, options });
  }

  /** Call a function once. Until a worker has begun it, `cancel()` of the request undoes it; after that only its result is dropped. */
  submit<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    args: NoInfer<A>,
    options: TaskOptions = {},
  ): Request<Awaited<R>> {
    const how = { spread: true, single: true, options };
    return this.#gather('submit', fn as TaskFunction, [args], how);
  }

  /**
   * Call a function for each item, and hand out the results one by one, in the order of the items.
   *
   * Reads no more items ahead than `readAhead`, so there may be any number of them. To leave the loop early ends the call.
   */
  imap<T, R>(
    fn: (item: T) => R,
    items: Items<NoInfer<T>>,
    options: StreamOptions = {},
  ): AsyncIterableIterator<Awaited<R>, undefined> {
    return this.#stream('imap', fn, items, options);
  }

  /** As `imap`, but each result is handed out as soon as it is there. */
  imapUnordered<T, R>(
    fn: (item: T) => R,
    items: Items<NoInfer<T>>,
    options: StreamOptions = {},
  ): AsyncIterableIterator<Awaited<R>, undefined> {
    return this.#stream('imapUnordered', fn, items, options);
  }

  /** Accept nothing more, and let the workers go once all calls have ended. */
  async close(): Promise<void> {
    this.#calls.close();
    await this.#dispatcher.drained();
    if (this.#ended) return;
    this.#ended = true;
    this.#dispatcher.close();
  }

  /** End all calls, which reject with `ERR_CANCELLED`, and all workers that are busy. */
  terminate(): void {
    this.#calls.close();
    this.#dispatcher.cancel(() =>
      this.#calls.error('ERR_CANCELLED', 'terminate', 'the pool was ended'),
    );
    if (this.#ended) return;
    this.#ended = true;
    this.#dispatcher.close();
  }

  /** Close the pool. Results of `imap` that nobody has asked for are not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of [...this.#streams]) await stream.return();
    await this.close();
  }

  #gather(
    name: string,
    fn: TaskFunction,
    items: Items<unknown>,
    how: { readonly spread: boolean; readonly single?: boolean; readonly options: TaskOptions },
  ): Request<never> {
    try {
      const { options, spread, single = false } = how;
      const key = this.#calls.check(name, fn, items, options);
      if (options.signal?.aborted) return rejected(options.signal.reason);
      const cancel = (): boolean => {
        results.forgive();
        return call.fail(() => this.#calls.error('ERR_CANCELLED', name, 'cancelled'));
      };
      const results = new ResultList(cancel, single);
      const call = this.#calls.begin(items, { name, fn: fn.name, key, spread, results }, options);
      return results.request as Request<never>;
    } catch (error) {
      return rejected(error);
    }
  }

  #stream<R>(
    name: 'imap' | 'imapUnordered',
    fn: TaskFunction,
    items: Items<unknown>,
    options: StreamOptions,
  ): AsyncIterableIterator<R, undefined> {
    const key = this.#calls.check(name, fn, items, options);
    const results = new ResultStream(
      name === 'imap',
      this.#calls.ahead(options),
      () => this.#dispatcher.fill(),
      () => {
        this.#streams.delete(results);
        call.fail(() => undefined);
      },
    );
    this.#streams.add(results);
    const call = this.#calls.begin(
      items,
      { name, fn: fn.name, key, spread: false, results },
      options,
    );
    return results as AsyncIterableIterator<R, undefined>;
  }
}

/** @throws MpiError if a worker cannot be told of these */
function checkSendable(
  initializerArgs: readonly unknown[],
  refuse: (text: string, code: MpiError['code']) => MpiError,
): void {
  try {
    encode(initializerArgs);
  } catch (error) {
    if (!(error instanceof MpiError)) throw error;
    throw refuse(error.message.replace(/^value/, 'initializerArgs'), error.code);
  }
}

/** Show an item in one line. */
function shorten(item: unknown): string {
  const text = inspect(item, {
    breakLength: Number.POSITIVE_INFINITY,
    depth: 2,
    maxArrayLength: 8,
  });
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
