import type { Clock } from '../base/clock.ts';
import { MpiError } from '../base/error.ts';
import type { StoreAnswer, StoreCall } from '../keeper/call.ts';
import { charsOfCall, inPieces } from '../keeper/pieces.ts';
import type { Limits } from '../match/limits.ts';
import type { Request } from '../request/request.ts';
import type { UserWait } from '../request/user-wait.ts';
import { type OperationOwner, StoreOperation } from './operation.ts';

/** How a process is joined to the keeper of its store. */
export interface LinkParts {
  readonly rank: number;
  /** How many processes there are. */
  readonly size: number;
  readonly clock: Clock;
  /** Carry calls to the keeper, in this order. Its answers come by `take`. */
  readonly send: (calls: readonly StoreCall[]) => void;
  /** Name a process in errors; left out: `rank 2`. */
  readonly nameOf?: ((process: number) => string) | undefined;
  /** Told when answers start to be wanted, so that the process must live on, and when they no longer are. */
  readonly onWanted: (wanted: boolean) => void;
}

/** What a process waits for in the store: any of some ranks, or of those who hold some locks. */
export interface Awaited {
  readonly waitsFor: readonly number[];
  readonly locks: readonly string[];
}

/** A call without the number that it gets here. */
export type Asked = StoreCall extends infer Call
  ? Call extends StoreCall
    ? Omit<Call, 'id'>
    : never
  : never;

/** All calls of a process to the store that are under way. What is called in one go travels together. */
export class StoreLink implements OperationOwner {
  readonly rank: number;
  readonly clock: Clock;
  /** Whether finalize was called: nothing can start any more, and the locks are given back. */
  finalized = false;
  readonly #parts: LinkParts;
  readonly #open = new Map<number, StoreOperation<unknown>>();
  #nextId = 1;
  #size: number;
  /** The ranks of which nothing more comes. */
  readonly #gone = new Set<number>();
  /** The first of them that did not finish. */
  #lost: { readonly rank: number; readonly reason: string } | undefined;
  /** Why no answer comes any more. */
  #broken: string | undefined;
  #ending: { readonly rank: number; readonly reason: string } | undefined;
  #batch: StoreCall[] = [];
  /** How many calls will be answered in any case. */
  #sure = 0;
  #wanted = false;
  #onEmpty: (() => void) | undefined;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.rank = parts.rank;
    this.clock = parts.clock;
    this.#size = parts.size;
  }

  /**
   * Start a call.
   *
   * @param read  makes its result of the keeper's answer, or throws
   * @param limits  for those that may wait
   * @throws MpiError `ERR_FINALIZED` after `finalize`, `ERR_PROC_FAILED` if the keeper is gone
   */
  start<T>(asked: Asked, read: (answer: StoreAnswer) => T, limits?: Limits): Request<T> {
    if (this.finalized) throw new MpiError('ERR_FINALIZED', 'called after finalize()');
    if (this.#broken !== undefined) throw new MpiError('ERR_PROC_FAILED', this.#broken);
    const id = this.#nextId++;
    const operation = new StoreOperation(this, { ...asked, id } as StoreCall, read);
    if (this.#ending !== undefined && operation.mayWait) {
      this.#failEnding(operation);
      return operation.request;
    }
    this.#open.set(id, operation);
    this.#sure += 1;
    this.#post(operation.asked);
    if (limits?.timeout !== undefined || limits?.signal !== undefined) operation.limit(limits);
    this.#update();
    return operation.request;
  }

  /** Take in answers of the keeper. */
  take(answers: readonly StoreAnswer[]): void {
    for (const answer of answers) this.#take(answer);
    this.#update();
  }

  nameOf(process: number): string {
    return this.#parts.nameOf?.(process) ?? `rank ${process}`;
  }

  withdraw(operation: StoreOperation<unknown>): void {
    const { id } = operation.asked;
    if (!this.#open.has(id)) return;
    if (operation.queued) this.#sure += 1;
    this.#post({ op: 'withdraw', id, key: keyOf(operation) });
    this.#update();
  }

  /**
   * Take in that there are more processes.
   *
   * @param size  of all there are or ever were
   * @param isForeign  tells those of other jobs, which have no part in the store
   */
  grow(size: number, isForeign: (rank: number) => boolean = () => false): void {
    for (let rank = this.#size; rank < size; rank += 1) if (isForeign(rank)) this.#gone.add(rank);
    this.#size = size;
    this.#update();
  }

  /** Take in that nothing more comes of a rank. @param lost  why, unless it has finished */
  peerGone(rank: number, lost?: string): void {
    this.#gone.add(rank);
    if (lost !== undefined) this.#lost ??= { rank, reason: lost };
    // What it leaves to this process may be on its way: a lock, for one. An answer comes after that.
    if (this.#others === 0 && !this.finalized && this.#waiting().length > 0) {
      void this.start({ op: 'get', key: '' }, () => {});
    }
    this.#update();
  }

  /** Take in that the failure of a rank ends the job: whatever waits rejects with that reason. */
  jobEnding(rank: number, reason: string): void {
    this.#ending = { rank, reason };
    for (const operation of this.#waiting()) {
      this.#drop(operation);
      this.#failEnding(operation);
    }
    this.#update();
  }

  /** Take in that the keeper is gone, for this reason: nothing is answered any more. */
  lose(reason: string): void {
    this.#broken = reason;
    for (const operation of [...this.#open.values()]) {
      this.#close(operation);
      operation.fail(() => operation.error('ERR_PROC_FAILED', reason));
    }
    this.#update();
  }

  /** Fail all that waits, since nobody is left to answer. Only for when that is certain. False if nothing waits. */
  deadEnd(): boolean {
    const waiting = this.#waiting();
    for (const operation of waiting) {
      this.#drop(operation);
      operation.fail(() => this.#hopeless(operation));
    }
    this.#update();
    return waiting.length > 0;
  }

  /** Start nothing more, fail what waits, and resolve when all else is answered. */
  async finalize(): Promise<void> {
    this.finalized = true;
    for (const operation of this.#waiting()) {
      this.#drop(operation);
      operation.failFinalized();
    }
    this.#flush();
    this.#update();
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  /** Everything that waits, oldest first. */
  waits(): UserWait[] {
    const others = this.#living();
    return this.#waiting().map((operation): UserWait => {
      const { request, call, since, asked } = operation;
      const lock = asked.op === 'lock' ? asked.key : undefined;
      const kind = lock === undefined ? 'store' : 'lock';
      return { kind, request, call, since, lock, waitsFor: lock === undefined ? others : [] };
    });
  }

  /** What could let go on what waits here; undefined if something ends in any case, or may give up. */
  awaited(): Awaited | undefined {
    const waiting = this.#waiting();
    if (this.#sure > 0 || waiting.some(({ limited }) => limited)) return undefined;
    const locks = waiting.filter(({ asked }) => asked.op === 'lock').map(keyOf);
    return { waitsFor: waiting.length === locks.length ? [] : this.#living(), locks };
  }

  #living(): number[] {
    const all = Array.from({ length: this.#size }, (_, rank) => rank);
    return all.filter((rank) => rank !== this.rank && !this.#gone.has(rank));
  }

  #waiting(): StoreOperation<unknown>[] {
    return [...this.#open.values()].filter(({ mayWait }) => mayWait);
  }

  #take(answer: StoreAnswer): void {
    const operation = this.#open.get(answer.id);
    // Its answer is not waited for, or no longer.
    if (operation === undefined) return;
    if (answer.queued) {
      // Another keeper that took over says it again.
      if (!operation.queued && !operation.withdrawing) this.#sure -= 1;
      operation.queued = true;
    } else if (answer.more) {
      operation.collect(answer);
    } else {
      this.#close(operation);
      operation.end(answer);
    }
  }

  /** Do without an answer that may never come. */
  #drop(operation: StoreOperation<unknown>): void {
    this.#close(operation);
    const { id } = operation.asked;
    const key = keyOf(operation);
    // A lock may have been granted meanwhile.
    if (operation.asked.op !== 'lock') this.#post({ op: 'withdraw', id, key });
    else this.#post({ op: 'release', id: this.#nextId++, key, lock: id });
  }

  #close(operation: StoreOperation<unknown>): void {
    this.#open.delete(operation.asked.id);
    if (!operation.queued || operation.withdrawing) this.#sure -= 1;
    if (this.#open.size === 0) this.#onEmpty?.();
  }

  #failEnding(operation: StoreOperation<unknown>): void {
    const { rank, reason } = this.#ending ?? { rank: 0, reason: '' };
    operation.fail(() => operation.error('ERR_PROC_FAILED', reason, rank));
  }

  #hopeless(operation: StoreOperation<unknown>): MpiError {
    const nothing = 'and this rank has nothing else under way';
    if (this.#lost !== undefined) {
      const { rank, reason } = this.#lost;
      const text = `it can never complete: ${reason}, no other rank is left, ${nothing}`;
      return operation.error('ERR_PROC_FAILED', text, rank);
    }
    const others = this.#size === 1 ? 'this world has one rank' : 'every other rank has finished';
    return operation.error('ERR_PROC_FINISHED', `it can never complete: ${others}, ${nothing}`);
  }

  #post(call: StoreCall): void {
    // What the program calls before it gives way, and what others of its functions call that an answer woke with it.
    if (this.#batch.length === 0) queueMicrotask(() => this.#flush());
    this.#batch.push(call);
  }

  #flush(): void {
    const calls = this.#batch;
    this.#batch = [];
    for (const piece of inPieces(calls, charsOfCall)) this.#parts.send(piece);
  }

  /** How many ranks may still call. */
  get #others(): number {
    return this.#size - 1 - this.#gone.size;
  }

  #update(): void {
    const wanted = this.#sure > 0 || (this.#open.size > 0 && this.#others > 0);
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#parts.onWanted(wanted);
  }
}

function keyOf({ asked }: StoreOperation<unknown>): string {
  return asked.op === 'keys' ? asked.prefix : asked.key;
}
