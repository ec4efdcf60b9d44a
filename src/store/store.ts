import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import type { StoreAnswer } from '../keeper/call.ts';
import type { Stored } from '../keeper/stored.ts';
import type { Limits } from '../match/limits.ts';
import { rejected } from '../pt2pt/channel.ts';
import { checkLimits, checkObject, NO_OPTIONS } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import type { Asked, StoreLink } from './link.ts';
import { Lock } from './lock.ts';
import { callText } from './operation.ts';
import { fromStored, toStored } from './value.ts';

/** Keys and names are no place to keep data. */
const MOST_KEY_CHARS = 1024;

/**
 * Values by key and locks by name, which all processes of a job share.
 *
 * One process keeps them, the launcher, and does one call after the other as they come. So there is one order of all calls,
 * the same for everybody: what a call that has been answered did is seen by each that starts later, anywhere. The
 * calls of one process are done in its order. Those under way at once travel together, so it is quicker to await several at once.
 *
 * Values are what messages may be. What is kept is a copy. It is gone with the job.
 */
export class Store {
  readonly #find: () => StoreLink;

  /**
   * There is one, `store`.
   *
   * @param find  the link of whoever calls
   */
  constructor(find: () => StoreLink) {
    this.#find = find;
  }

  /** Keep a value under a key, in place of what is there. Whoever waits for the key gets it. */
  put(key: string, value: unknown): Request<void> {
    return this.#call(
      'put',
      'key',
      key,
      () => {
        if (value !== undefined) return { op: 'put', key, value: toStored(value) };
        throw new MpiError('ERR_TYPE', 'undefined stands for no value; use store.delete instead');
      },
      nothing,
    );
  }

  /** The value of a key; undefined if there is none. */
  get<T = unknown>(key: string): Request<T | undefined> {
    return this.#call('get', 'key', key, () => ({ op: 'get', key }), readValue<T | undefined>);
  }

  /** Wait until a key has a value, and return it. */
  wait<T = unknown>(key: string, options: Limits = NO_OPTIONS): Request<T> {
    return this.#call('wait', 'key', key, () => ({ op: 'wait', key }), readValue<T>, options);
  }

  /**
   * Add to the number of a key, 0 if there is none, and return the sum. Nothing comes in between.
   *
   * Rejects with `ERR_TYPE` if the value is no number.
   */
  increment(key: string, by: number = 1): Request<number> {
    const ask = (): Asked => {
      if (Number.isFinite(by)) return { op: 'increment', key, by };
      throw new MpiError('ERR_ARG', `by must be a finite number, not ${show(by)}`);
    };
    return this.#call('increment', 'key', key, ask, sumOf);
  }

  /**
   * Set the value of a key if it is still what this process takes it for. Nothing comes in between.
   *
   * Values are equal if they travel as the same bytes: objects must have the same properties in the same order.
   *
   * @param expected  undefined: there is none
   * @param value  undefined: delete it
   * @returns whether it was, and so is `value` now
   */
  compareAndSet(key: string, expected: unknown, value: unknown): Request<boolean> {
    const ask = (): Asked => ({
      op: 'compareAndSet',
      key,
      expected: toStoredIfAny(expected),
      value: toStoredIfAny(value),
    });
    return this.#call('compareAndSet', 'key', key, ask, wasDone);
  }

  /** Delete a key. @returns whether there was one */
  delete(key: string): Request<boolean> {
    return this.#call('delete', 'key', key, () => ({ op: 'delete', key }), wasDone);
  }

  /** All keys, or those that begin with `prefix`, in order. */
  keys(prefix: string = ''): Request<string[]> {
    const found: string[] = [];
    const collect = ({ keys }: StoreAnswer): string[] => {
      for (const key of keys ?? []) found.push(key);
      return found;
    };
    return this.#call('keys', 'prefix', prefix, () => ({ op: 'keys', prefix }), collect);
  }

  /**
   * Wait for a lock, and hold it: nobody else does until it is released.
   *
   * Who asks first has it first. A process that asks again for what it holds waits for itself. It is released when
   * its holder calls `release`, leaves the block of an `await using`, finalizes or dies.
   */
  lock(name: string, options: Limits = NO_OPTIONS): Request<Lock> {
    const link = this.#find();
    const read = ({ id, abandoned }: StoreAnswer): Lock =>
      new Lock(link, name, id, abandoned === true);
    return this.#call('lock', 'name', name, () => ({ op: 'lock', key: name }), read, options);
  }

  #call<T>(
    op: Asked['op'],
    what: 'key' | 'prefix' | 'name',
    key: string,
    ask: () => Asked,
    read: (answer: StoreAnswer) => T,
    limits?: Limits,
  ): Request<T> {
    const link = this.#find();
    try {
      checkKey(what, key);
      if (limits !== undefined && limits !== NO_OPTIONS) {
        const { rank } = link;
        const caller = { who: link.nameOf(rank), ownWorldRank: rank, size: 0 };
        checkObject(caller, callText(op, key), limits, '{ timeout: 1000 }');
        checkLimits(caller, callText(op, key), limits);
        if (limits.signal?.aborted) return rejected(limits.signal.reason);
      }
      return link.start(ask(), read, limits);
    } catch (error) {
      return rejected(explain(link, op, key, error));
    }
  }
}

/** Say who and which call, in errors from below that only know what. */
function explain(link: StoreLink, op: string, key: unknown, error: unknown): unknown {
  const { rank } = link;
  const who = `${link.nameOf(rank)}: `;
  if (!(error instanceof MpiError) || error.message.startsWith(who)) return error;
  const call = typeof key === 'string' ? callText(op, key) : `store.${op}`;
  return new MpiError(error.code, `${who}${call}: ${error.message}`, { rank });
}

function checkKey(what: 'key' | 'prefix' | 'name', key: unknown): void {
  const least = what === 'prefix' ? 0 : 1;
  const isText = typeof key === 'string';
  if (isText && key.length >= least && key.length <= MOST_KEY_CHARS) return;
  const given = isText ? `one of ${key.length}` : show(key);
  throw new MpiError(
    'ERR_ARG',
    `the ${what} must be a string of ${least} to ${MOST_KEY_CHARS} characters, not ${given}`,
  );
}

function toStoredIfAny(value: unknown): Stored | undefined {
  return value === undefined ? undefined : toStored(value);
}

function nothing(): void {}

function readValue<T>({ value }: StoreAnswer): T {
  return (value === undefined ? undefined : fromStored(value)) as T;
}

function wasDone({ done }: StoreAnswer): boolean {
  return done === true;
}

function sumOf({ value, done }: StoreAnswer): number {
  const found = value === undefined ? undefined : fromStored(value);
  if (done !== false) return found as number;
  throw new MpiError(
    'ERR_TYPE',
    `the value there is ${show(found)}, not a number; put a number there first, or use another key`,
  );
}
