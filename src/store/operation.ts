import type { Clock } from '../base/clock.ts';
import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import type { StoreAnswer, StoreCall } from '../keeper/call.ts';
import { type Limits, watchLimits } from '../match/limits.ts';
import { type Operation, Request } from '../request/request.ts';

/** What an operation needs of the link that carries it. */
export interface OperationOwner {
  readonly rank: number;
  readonly clock: Clock;
  /** Name a process: `rank 2`. */
  nameOf(process: number): string;
  /** Ask for the operation to be taken back; the answer comes as `withdrawn`, unless it was answered already. */
  withdraw(operation: StoreOperation<unknown>): void;
}

/** Name a call as the user wrote it: `store.put "config"`. */
export function callText(op: string, key: string): string {
  return `store.${op} ${show(key)}`;
}

/** One call to the store that is under way. */
export class StoreOperation<T> implements Operation {
  readonly request: Request<T>;
  readonly status = undefined;
  /** What the keeper is asked. */
  readonly asked: StoreCall;
  /** The keeper has it, and its answer depends on others. */
  queued = false;
  /** When it was called, if it may wait. */
  readonly since: number | undefined;
  readonly #owner: OperationOwner;
  readonly #read: (answer: StoreAnswer) => T;
  #stopLimits: (() => void) | undefined;
  /** Set once it is being taken back: what it is to end with. */
  #withdrawal: { readonly makeError: () => unknown; readonly meant: boolean } | undefined;
  #onEnd: ((undone: boolean) => void) | undefined;
  /** Who held the lock when it was taken back. */
  #holder: number | undefined;

  /** @param read  makes the result of the answer, or throws */
  constructor(owner: OperationOwner, asked: StoreCall, read: (answer: StoreAnswer) => T) {
    this.request = new Request<T>(this);
    this.asked = asked;
    this.#owner = owner;
    this.#read = read;
    this.since = this.mayWait ? owner.clock.now() : undefined;
  }

  /** Whether it can take long. */
  get mayWait(): boolean {
    return this.asked.op === 'wait' || this.asked.op === 'lock';
  }

  /** Whether it may give up. */
  get limited(): boolean {
    return this.#stopLimits !== undefined;
  }

  get withdrawing(): boolean {
    return this.#withdrawal !== undefined;
  }

  /** The call, as messages show it. */
  get call(): string {
    return callText(this.asked.op, this.asked.op === 'keys' ? this.asked.prefix : this.asked.key);
  }

  /** Give up when time is over or the signal says so. */
  limit(limits: Limits): void {
    const giveUp = (makeError: () => unknown): void => this.#withdraw(makeError, false);
    this.#stopLimits = watchLimits(limits, this.#owner.clock, giveUp, (timeout) => () => {
      const holder =
        this.#holder === undefined ? '' : `; ${this.#owner.nameOf(this.#holder)} holds it`;
      const what = this.asked.op === 'lock' ? 'it was not free' : 'nobody put a value there';
      return this.error('ERR_TIMEOUT', `${what} within ${timeout} ms${holder}`);
    });
  }

  cancel(): Promise<boolean> {
    if (!this.mayWait) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#onEnd = resolve;
      this.#withdraw(() => this.error('ERR_CANCELLED', 'cancelled'), true);
    });
  }

  /** Take in a part of the answer. */
  collect(part: StoreAnswer): void {
    this.#read(part);
  }

  /** Take in the answer that ends it. */
  end(answer: StoreAnswer): void {
    const withdrawal = this.#withdrawal;
    if (answer.withdrawn && withdrawal !== undefined) {
      this.#holder = answer.holder;
      if (withdrawal.meant) Request.expectFailure(this.request);
      this.fail(withdrawal.makeError, withdrawal.meant);
      return;
    }
    let value: T;
    try {
      value = this.#read(answer);
    } catch (error) {
      this.fail(() => (error instanceof MpiError ? this.error(error.code, error.message) : error));
      return;
    }
    Request.complete(this.request, value);
    this.#settled(false);
  }

  fail(makeError: () => unknown, undone: boolean = false): void {
    Request.fail(this.request, makeError);
    this.#settled(undone);
  }

  /** End because finalize was called; nobody has to take note of it. */
  failFinalized(): void {
    Request.expectFailure(this.request);
    const what = this.asked.op === 'lock' ? 'it was free' : 'anybody put a value there';
    this.fail(() => this.error('ERR_FINALIZED', `finalize() was called before ${what}`));
  }

  /** Make an error about this call: who, which call, what. */
  error(code: MpiError['code'], text: string, peer?: number): MpiError {
    const { rank } = this.#owner;
    const who = this.#owner.nameOf(rank);
    return new MpiError(code, `${who}: ${this.call}: ${text}`, { rank, peer });
  }

  #withdraw(makeError: () => unknown, meant: boolean): void {
    if (this.request.test() || this.withdrawing) return;
    this.#withdrawal = { makeError, meant };
    this.#owner.withdraw(this);
  }

  #settled(undone: boolean): void {
    this.#stopLimits?.();
    this.#onEnd?.(undone);
  }
}
