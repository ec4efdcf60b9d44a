import type { StoreAnswer, StoreCall } from '../../src/keeper/call.ts';

/** One answer, and to whom. */
export type Said = readonly [client: number, answer: StoreAnswer];

interface Waiting {
  readonly client: number;
  readonly id: number;
  readonly key: string;
}

/**
 * What a store is to do, as plainly as can be: everything lies in one list or another, and is looked for
 * from its beginning.
 */
export class NaiveKeeper {
  #values: { readonly key: string; readonly value: number | string }[] = [];
  #waits: Waiting[] = [];
  /** All that hold or want a lock, by name in the order of asking: the first of a name holds it. */
  #claims: Waiting[] = [];
  /** Locks that nobody holds, since the last who did went without giving it back. */
  #abandoned: string[] = [];

  do(client: number, call: StoreCall): Said[] {
    const { id } = call;
    const one = (answer: Omit<StoreAnswer, 'id'>): Said => [client, { id, ...answer }];
    switch (call.op) {
      case 'put':
        return [...this.#set(call.key, call.value), one({})];
      case 'get':
        return [one({ value: this.#get(call.key) })];
      case 'wait': {
        const value = this.#get(call.key);
        if (value !== undefined) return [one({ value })];
        this.#waits.push({ client, id, key: call.key });
        return [one({ queued: true })];
      }
      case 'increment': {
        const value = this.#get(call.key) ?? 0;
        if (typeof value !== 'number') return [one({ value, done: false })];
        return [...this.#set(call.key, value + call.by), one({ value: value + call.by })];
      }
      case 'compareAndSet': {
        if (this.#get(call.key) !== call.expected) return [one({ done: false })];
        return [...this.#set(call.key, call.value), one({ done: true })];
      }
      case 'delete': {
        const there = this.#get(call.key) !== undefined;
        this.#set(call.key, undefined);
        return [one({ done: there })];
      }
      case 'keys': {
        const keys = this.#values
          .map(({ key }) => key)
          .filter((key) => key.startsWith(call.prefix));
        return [one({ keys: keys.sort() })];
      }
      case 'lock': {
        const free = this.#claims.every(({ key }) => key !== call.key);
        this.#claims.push({ client, id, key: call.key });
        return [free ? [client, this.#granted(id, call.key)] : one({ queued: true })];
      }
      case 'release':
        return [one({}), ...this.#leave(call.key, client, call.lock, false)];
      case 'withdraw': {
        const isIt = (other: Waiting): boolean =>
          other.client === client && other.id === id && other.key === call.key;
        if (this.#waits.some(isIt)) {
          this.#waits = this.#waits.filter((other) => !isIt(other));
          return [one({ withdrawn: true })];
        }
        const holder = this.#claims.find(({ key }) => key === call.key);
        if (holder === undefined || isIt(holder) || !this.#claims.some(isIt)) return [];
        this.#claims = this.#claims.filter((other) => !isIt(other));
        return [one({ withdrawn: true, holder: holder.client })];
      }
    }
  }

  gone(client: number): Said[] {
    this.#waits = this.#waits.filter((other) => other.client !== client);
    const all = this.#claims.filter((other) => other.client === client);
    // Those that merely stand in a queue first, so that no lock goes to the one that is gone.
    const isFirst = (claim: Waiting): boolean =>
      this.#claims.find(({ key }) => key === claim.key) === claim;
    const queued = all.filter((claim) => !isFirst(claim));
    this.#claims = this.#claims.filter((claim) => !queued.includes(claim));
    return all
      .filter((claim) => !queued.includes(claim))
      .flatMap(({ key, id }) => this.#leave(key, client, id, true));
  }

  #get(key: string): number | string | undefined {
    return this.#values.find((entry) => entry.key === key)?.value;
  }

  #set(key: string, value: number | string | undefined): Said[] {
    this.#values = this.#values.filter((entry) => entry.key !== key);
    if (value === undefined) return [];
    this.#values.push({ key, value });
    const woken = this.#waits.filter((wait) => wait.key === key);
    this.#waits = this.#waits.filter((wait) => wait.key !== key);
    return woken.map(({ client, id }): Said => [client, { id, value }]);
  }

  #leave(key: string, client: number, id: number, abandoned: boolean): Said[] {
    const isIt = (other: Waiting): boolean =>
      other.key === key && other.client === client && other.id === id;
    const held = this.#claims.find((claim) => claim.key === key);
    this.#claims = this.#claims.filter((claim) => !isIt(claim));
    if (held === undefined || !isIt(held)) return [];
    if (abandoned) this.#abandoned.push(key);
    const next = this.#claims.find((claim) => claim.key === key);
    return next === undefined ? [] : [[next.client, this.#granted(next.id, key)]];
  }

  #granted(id: number, key: string): StoreAnswer {
    if (!this.#abandoned.includes(key)) return { id };
    this.#abandoned = this.#abandoned.filter((other) => other !== key);
    return { id, abandoned: true };
  }
}
