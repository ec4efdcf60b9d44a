import type { Call } from './call.ts';

/** So many calls that are over are remembered. */
const REMEMBERED = 64;

/** What is remembered of a call that is over. */
export interface PastCall {
  readonly tag: number;
  readonly what: number;
  readonly hash: number;
  readonly line: string | undefined;
  readonly failure: unknown;
}

/** The last calls that are over, to be named in errors. */
export class PastCalls {
  readonly #calls: PastCall[] = [];

  add(tag: number, { what, hash, line, failure }: Call): void {
    this.#calls[tag % REMEMBERED] = { tag, what, hash, line, failure };
  }

  /** What is remembered of the call with this tag. Calls need not end in their order, so another may have its place. */
  get(tag: number): PastCall | undefined {
    const call = this.#calls[tag % REMEMBERED];
    return call?.tag === tag ? call : undefined;
  }
}
