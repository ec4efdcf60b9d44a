import { isStored, type Stored } from './stored.ts';

/** What a process asks of the keeper. Its `id` is a number that it has used for no other call. */
export type StoreCall =
  | { readonly op: 'put'; readonly id: number; readonly key: string; readonly value: Stored }
  | { readonly op: 'get'; readonly id: number; readonly key: string }
  | { readonly op: 'wait'; readonly id: number; readonly key: string }
  | { readonly op: 'increment'; readonly id: number; readonly key: string; readonly by: number }
  | {
      readonly op: 'compareAndSet';
      readonly id: number;
      readonly key: string;
      /** Left out: nothing is expected there. */
      readonly expected?: Stored | undefined;
      /** Left out: nothing is to be there. */
      readonly value?: Stored | undefined;
    }
  | { readonly op: 'delete'; readonly id: number; readonly key: string }
  | { readonly op: 'keys'; readonly id: number; readonly prefix: string }
  | { readonly op: 'lock'; readonly id: number; readonly key: string }
  /** Give back the lock that the call `lock` got, or wait for it no longer. */
  | { readonly op: 'release'; readonly id: number; readonly key: string; readonly lock: number }
  /** Take back the call of this id, a `wait` or a `lock`, unless it was answered. */
  | { readonly op: 'withdraw'; readonly id: number; readonly key: string };

/** What the keeper answers to the call of that id. */
export interface StoreAnswer {
  readonly id: number;
  /** What is there, for `get`, `wait` and `increment`; left out if nothing is. */
  readonly value?: Stored | undefined;
  /** What `delete` and `compareAndSet` came to; false for an `increment` of the value, which is no number. */
  readonly done?: boolean | undefined;
  readonly keys?: readonly string[] | undefined;
  /** There are more keys, and they come in further answers. */
  readonly more?: true | undefined;
  /** For `lock`: its last holder ended without giving it back. */
  readonly abandoned?: true | undefined;
  /** This is no answer yet: that of a `wait` or a `lock` depends on others. */
  readonly queued?: true | undefined;
  /** The call was taken back; this is its last answer. */
  readonly withdrawn?: true | undefined;
  /** Who holds the lock that a call was taken back for. */
  readonly holder?: number | undefined;
}

/** Check calls that came from outside, and return them with nothing but our own fields; undefined if they are none. */
export function parseCalls(value: unknown): StoreCall[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const calls = value.map(parseCall);
  return calls.every((call) => call !== undefined) ? calls : undefined;
}

function parseCall(value: unknown): StoreCall | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const call = value as Record<string, unknown>;
  const { op, id, key } = call;
  if (typeof id !== 'number') return undefined;
  if (op === 'keys') {
    return typeof call.prefix === 'string' ? { op, id, prefix: call.prefix } : undefined;
  }
  if (typeof key !== 'string') return undefined;
  switch (op) {
    case 'get':
    case 'wait':
    case 'delete':
    case 'lock':
    case 'withdraw':
      return { op, id, key };
    case 'put':
      return isStored(call.value) ? { op, id, key, value: call.value } : undefined;
    case 'increment':
      return typeof call.by === 'number' ? { op, id, key, by: call.by } : undefined;
    case 'release':
      return typeof call.lock === 'number' ? { op, id, key, lock: call.lock } : undefined;
    case 'compareAndSet': {
      const { expected, value: next } = call;
      if (expected !== undefined && !isStored(expected)) return undefined;
      if (next !== undefined && !isStored(next)) return undefined;
      return { op, id, key, expected, value: next };
    }
    default:
      return undefined;
  }
}
