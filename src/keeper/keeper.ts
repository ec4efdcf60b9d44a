import type { StoreAnswer, StoreCall } from './call.ts';
import { type Claim, type Grant, Locks } from './locks.ts';
import { inPieces } from './pieces.ts';
import { numberOf, type Stored, storedNumber } from './stored.ts';

/** What is to be said to which process, in this order. */
export type Answers = Map<number, StoreAnswer[]>;

/** No call of a process has this number, so nobody waits for an answer to it. */
const NOBODYS = 0;

/**
 * Keeps the values and locks of a store, for processes that are known by a number.
 *
 * One call after the other, each done whole when it comes: so whatever processes see of the store, there is
 * one order of all calls that explains it, in which each stands between its start and its answer. It knows neither
 * time nor where calls come from.
 */
export class Keeper {
  readonly #values = new Map<string, Stored>();
  /** Who waits for keys that are not there, in the order in which they came. */
  readonly #waits = new Map<string, Claim[]>();
  readonly #locks = new Locks();
  #answers: Answers = new Map();

  /** Do what a process asks. @returns the answers that this leads to, its own and those of others */
  take(client: number, calls: readonly StoreCall[]): Answers {
    for (const call of calls) this.#do(client, call);
    return this.#takeAnswers();
  }

  /** Take in that a process is gone: it waits no more, and its locks are free. */
  gone(client: number): Answers {
    for (const [key, claims] of this.#waits) {
      this.#keepWaits(
        key,
        claims.filter((claim) => claim.client !== client),
      );
    }
    for (const grant of this.#locks.gone(client)) this.#grant(grant);
    return this.#takeAnswers();
  }

  /** Who holds which lock now. */
  holders(): ReadonlyMap<string, number> {
    return this.#locks.holders();
  }

  /** Say what makes another keeper one that has kept the same, for a store that one process alone has used. */
  handOver(): StoreCall[] {
    const puts = [...this.#values].map(
      ([key, value]): StoreCall => ({ op: 'put', id: NOBODYS, key, value }),
    );
    const locks = [...this.#locks.claims()].map(
      ([key, { id }]): StoreCall => ({ op: 'lock', id, key }),
    );
    const waits = [...this.#waits].flatMap(([key, claims]) =>
      claims.map(({ id }): StoreCall => ({ op: 'wait', id, key })),
    );
    return [...puts, ...locks, ...waits];
  }

  #do(client: number, call: StoreCall): void {
    const { id } = call;
    switch (call.op) {
      case 'put':
        this.#set(call.key, call.value);
        this.#answer(client, { id });
        break;
      case 'get':
        this.#answer(client, { id, value: this.#values.get(call.key) });
        break;
      case 'wait': {
        const value = this.#values.get(call.key);
        if (value !== undefined) this.#answer(client, { id, value });
        else this.#queue(call.key, { client, id });
        break;
      }
      case 'increment':
        this.#increment(client, call);
        break;
      case 'compareAndSet': {
        const done = this.#values.get(call.key) === call.expected;
        if (done) this.#set(call.key, call.value);
        this.#answer(client, { id, done });
        break;
      }
      case 'delete':
        this.#answer(client, { id, done: this.#values.delete(call.key) });
        break;
      case 'keys':
        this.#listKeys(client, id, call.prefix);
        break;
      case 'lock': {
        const grant = this.#locks.claim(call.key, { client, id });
        if (grant === undefined) this.#answer(client, { id, queued: true });
        else this.#grant(grant);
        break;
      }
      case 'release': {
        const grant = this.#locks.release(call.key, { client, id: call.lock });
        this.#answer(client, { id });
        if (grant !== undefined) this.#grant(grant);
        break;
      }
      case 'withdraw':
        this.#withdraw(call.key, { client, id });
        break;
    }
  }

  #set(key: string, value: Stored | undefined): void {
    if (value === undefined) {
      this.#values.delete(key);
      return;
    }
    this.#values.set(key, value);
    const waiting = this.#waits.get(key);
    if (waiting === undefined) return;
    this.#waits.delete(key);
    for (const { client, id } of waiting) this.#answer(client, { id, value });
  }

  #increment(client: number, { id, key, by }: StoreCall & { readonly op: 'increment' }): void {
    const before = this.#values.get(key) ?? 0;
    const number = numberOf(before);
    if (number === undefined) {
      this.#answer(client, { id, value: before, done: false });
      return;
    }
    const value = storedNumber(number + by);
    this.#set(key, value);
    this.#answer(client, { id, value });
  }

  #listKeys(client: number, id: number, prefix: string): void {
    const keys = [...this.#values.keys()].filter((key) => key.startsWith(prefix)).sort();
    const pieces = inPieces(keys, (key) => key.length);
    for (const piece of pieces.slice(0, -1)) this.#answer(client, { id, keys: piece, more: true });
    this.#answer(client, { id, keys: pieces.at(-1) ?? [] });
  }

  #queue(key: string, claim: Claim): void {
    const waiting = this.#waits.get(key);
    if (waiting === undefined) this.#waits.set(key, [claim]);
    else waiting.push(claim);
    this.#answer(claim.client, { id: claim.id, queued: true });
  }

  #withdraw(key: string, { client, id }: Claim): void {
    const waiting = this.#waits.get(key) ?? [];
    const left = waiting.filter((claim) => claim.client !== client || claim.id !== id);
    const found = left.length < waiting.length;
    if (found) {
      this.#keepWaits(key, left);
      this.#answer(client, { id, withdrawn: true });
    } else if (this.#locks.leave(key, { client, id })) {
      this.#answer(client, { id, withdrawn: true, holder: this.#locks.holder(key) });
    }
    // Otherwise it was answered, and so has all that it is due.
  }

  #keepWaits(key: string, claims: Claim[]): void {
    if (claims.length === 0) this.#waits.delete(key);
    else this.#waits.set(key, claims);
  }

  #grant({ client, id, abandoned }: Grant): void {
    this.#answer(client, abandoned ? { id, abandoned } : { id });
  }

  #answer(client: number, answer: StoreAnswer): void {
    const answers = this.#answers.get(client);
    if (answers === undefined) this.#answers.set(client, [answer]);
    else answers.push(answer);
  }

  #takeAnswers(): Answers {
    const answers = this.#answers;
    this.#answers = new Map();
    return answers;
  }
}
