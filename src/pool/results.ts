import { Request } from '../request/request.ts';

/** Where the results of a call go. */
export interface Results {
  /** So many more items may be read now. */
  readonly room: number;
  /** The results of some items that stand in a row have come. */
  put(first: number, values: readonly unknown[]): void;
  /** All have come. */
  finish(): void;
  /** There will be no more. */
  fail(makeError: () => unknown): void;
  /** An error that nobody waits for is no fault of the program. */
  forgive(): void;
}

/** All results of a call in one list, or the only one. */
export class ResultList implements Results {
  readonly request: Request<unknown>;
  readonly room: number = Number.POSITIVE_INFINITY;
  readonly #values: unknown[] = [];
  readonly #single: boolean;

  /** @param cancel  cancels the call @param single  whether the result is that of the only item */
  constructor(cancel: () => boolean, single: boolean) {
    this.request = new Request<unknown>({
      status: undefined,
      cancel: () => Promise.resolve(cancel()),
    });
    this.#single = single;
  }

  put(first: number, values: readonly unknown[]): void {
    for (const [at, value] of values.entries()) this.#values[first + at] = value;
  }

  finish(): void {
    Request.complete(this.request, this.#single ? this.#values[0] : this.#values);
  }

  fail(makeError: () => unknown): void {
    Request.fail(this.request, makeError);
  }

  forgive(): void {
    Request.expectFailure(this.request);
  }
}

/** A result, as an iterator hands it out. */
type Step = IteratorResult<unknown, undefined>;

const END: Step = { done: true, value: undefined };

/** The results of a call one by one, as fast as they are asked for. */
export class ResultStream implements Results, AsyncIterableIterator<unknown, undefined> {
  readonly #ordered: boolean;
  readonly #ahead: number;
  /** Results that nobody has asked for yet: by place, or numbered as they came. */
  readonly #ready = new Map<number, unknown>();
  readonly #waiting: Request<Step>[] = [];
  readonly #onTaken: () => void;
  readonly #onReturn: () => void;
  #arrived = 0;
  #next = 0;
  /** Items that were read and whose results nobody has yet. */
  #unread = 0;
  #finished = false;
  #error: (() => unknown) | undefined;

  /**
   * @param ahead  how many items may be read whose results nobody has asked for
   * @param onTaken  is called when that makes room @param onReturn  when nobody wants more
   */
  constructor(ordered: boolean, ahead: number, onTaken: () => void, onReturn: () => void) {
    this.#ordered = ordered;
    this.#ahead = ahead;
    this.#onTaken = onTaken;
    this.#onReturn = onReturn;
  }

  get room(): number {
    return this.#ahead - this.#unread;
  }

  /** So many items were read. */
  read(count: number): void {
    this.#unread += count;
  }

  put(first: number, values: readonly unknown[]): void {
    for (const [at, value] of values.entries()) {
      this.#ready.set(this.#ordered ? first + at : this.#arrived, value);
      this.#arrived += 1;
    }
    this.#hand();
  }

  finish(): void {
    this.#finished = true;
    this.#hand();
  }

  fail(makeError: () => unknown): void {
    if (this.#finished || this.#error !== undefined) return;
    this.#error = makeError;
    this.#hand();
  }

  /** Who asks for no more results need not hear of an error. */
  forgive(): void {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Step> {
    const request = new Request<Step>();
    this.#waiting.push(request);
    this.#hand();
    return request;
  }

  /** Stop: what was not begun is not run. */
  return(): Promise<Step> {
    this.#finished = true;
    this.#ready.clear();
    this.#onReturn();
    this.#hand();
    return Promise.resolve(END);
  }

  #hand(): void {
    let taken = 0;
    while (this.#waiting.length > 0 && this.#ready.has(this.#next)) {
      const value = this.#ready.get(this.#next);
      this.#ready.delete(this.#next);
      this.#next += 1;
      taken += 1;
      Request.complete(this.#waiting.shift() as Request<Step>, { done: false, value });
    }
    this.#unread -= taken;
    if (taken > 0) this.#onTaken();
    while (this.#waiting.length > 0 && this.#error !== undefined) {
      Request.fail(this.#waiting.shift() as Request<Step>, this.#error);
      this.#finished = true;
      this.#error = undefined;
    }
    if (!this.#finished || this.#ready.size > 0) return;
    for (const request of this.#waiting.splice(0)) Request.complete(request, END);
  }
}
