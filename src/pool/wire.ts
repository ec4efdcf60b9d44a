import type { Answers, Work } from '../tasks/run.ts';

/** What a pool tells a worker. The tag of the message is the number of the pool. */
export type ToWorker =
  /** Get the module of this pool. Answered by `ready` or `unready`. */
  | {
      readonly kind: 'open';
      readonly module: string;
      readonly initializer?: Initializer | undefined;
    }
  /** From now on this number stands for that function. */
  | { readonly kind: 'function'; readonly key: number; readonly reference: FunctionReference }
  /** Call a function for some items. Answered by one or more `answers`, or by `unknown`. */
  | ({ readonly kind: 'work'; readonly key: number; readonly spread: boolean } & Work)
  /** Give back those of these chunks that are not begun: others have nothing to do. Answered by `returned`. */
  | { readonly kind: 'return'; readonly ids: readonly number[] }
  /** The pool is closed. */
  | { readonly kind: 'close' };

/** What a worker tells a pool, under the same tag. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unready'; readonly error: unknown }
  | ({ readonly kind: 'answers' } & Answers)
  /** These chunks of those that were asked for are given back, and will not be begun; perhaps none. */
  | { readonly kind: 'returned'; readonly ids: readonly number[] }
  /** The function of these chunks cannot be found, for this reason. */
  | { readonly kind: 'unknown'; readonly ids: readonly number[]; readonly text: string };

/** A function as it is known to another process: by the module of the pool, and by what it is there. */
export interface FunctionReference {
  readonly name: string;
  readonly text: string;
}

/** What each worker calls before its first item. */
export interface Initializer {
  readonly reference: FunctionReference;
  readonly args: readonly unknown[];
}
