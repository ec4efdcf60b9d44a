import type { Clock } from '../base/clock.ts';
import { MpiError } from '../base/error.ts';
import type { WaitKind } from '../base/wait-kind.ts';
import { type Operation, Request } from '../request/request.ts';
import type { Status } from '../request/status.ts';
import type { Endpoint } from './endpoint.ts';
import { type Limits, watchLimits } from './limits.ts';
import type { Message } from './message.ts';
import type { PendingCount } from './pending-count.ts';

const CANCELLED = { status: { source: -1, tag: -1, count: 0, bytes: 0, cancelled: true } };

/** An operation that was started and may have to wait. */
export abstract class PendingOperation<T> implements Operation {
  // One is made for each message that is waited for: as few fields as can be, and no private methods.
  readonly endpoint: Endpoint;
  readonly request: Request<T>;
  /** Place among the operations of this engine, in the order in which they began to wait; 0 before. */
  sequence: number;
  /** When it began to wait, on the engine's clock, as far as that was looked up. */
  since: number | undefined;
  #counter: PendingCount | undefined;
  #stopLimits: (() => void) | undefined;
  /** What it ended with: a message, or the news that it was cancelled. */
  #ending: { readonly status: Status } | undefined;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
    this.request = new Request<T>(this);
    this.sequence = 0;
    this.since = undefined;
    this.#counter = undefined;
    this.#stopLimits = undefined;
    this.#ending = undefined;
  }

  /** What reports take it for: a probe waits for a message as a receive does. */
  abstract get kind(): WaitKind;

  /** The call, as messages show it: `receive from 1, tag 7`. */
  abstract get call(): string;

  /** The call that the user made: this one, or the collective call that it belongs to. */
  get userCall(): string {
    return this.endpoint.purpose?.call ?? this.call;
  }

  /** World ranks of which any could let it go on. */
  abstract get waitsFor(): readonly number[];

  /** What may be wrong if it waits for long, for the end of a sentence; empty if nothing is known. */
  get hint(): string {
    return '';
  }

  /** Undo it if nothing was matched with it yet; resolves to whether that succeeded. */
  abstract cancel(): Promise<boolean>;

  /** The user no longer waits: leave the queues, or clean up in the background. */
  protected abstract abandon(): void;

  /** Hook for what ends with the operation, however it ends. */
  protected onSettled(): void {}

  /** What did not happen in so many milliseconds, for the message of a time-out. */
  protected describeTimeout(timeout: number): string {
    return `nothing matched it within ${timeout} ms`;
  }

  /** Whether it may give up: only then, as `limit` was called. */
  get limited(): boolean {
    return this.#stopLimits !== undefined;
  }

  get settled(): boolean {
    return this.request.test();
  }

  /** Count as waiting from now until the end. */
  countIn(counter: PendingCount): void {
    this.#counter = counter;
    counter.add(this);
  }

  /** Source, tag and size; made only when somebody asks. */
  get status(): Status | undefined {
    return this.#ending?.status;
  }

  complete(value: T, message?: Message): void {
    const { request } = this;
    if (request.test()) return;
    this.#ending = message;
    Request.complete(request, value);
    this.#stopLimits?.();
    this.#counter?.remove();
    this.onSettled();
  }

  fail(makeError: () => unknown): void {
    if (this.settled) return;
    // What a collective call started, it answers for.
    if (this.endpoint.purpose !== undefined) Request.expectFailure(this.request);
    Request.fail(this.request, makeError);
    this.#stopLimits?.();
    this.#counter?.remove();
    this.onSettled();
  }

  /** End as cancelled, which nobody has to take note of. */
  endCancelled(): void {
    this.#ending = CANCELLED;
    Request.expectFailure(this.request);
    this.fail(() => this.error('ERR_CANCELLED', 'cancelled'));
  }

  /** End because nobody is left who could let it go on. @param alone  whether there never was anybody */
  failHopeless(alone: boolean): void {
    const others = alone ? 'this world has one rank' : 'every other rank has finished';
    const text = `it can never complete: ${others}, and this rank has nothing else under way`;
    this.fail(() => this.error('ERR_PROC_FINISHED', text));
  }

  /** End because finalize was called; nobody has to take note of it. */
  failFinalized(): void {
    Request.expectFailure(this.request);
    this.fail(() =>
      this.error('ERR_FINALIZED', 'finalize() was called before anything matched it'),
    );
  }

  /** Make an error about this operation: who, which call, what. */
  error(code: MpiError['code'], text: string): MpiError {
    const { who, ownWorldRank } = this.endpoint;
    return new MpiError(code, `${who}: ${this.userCall}: ${text}`, { rank: ownWorldRank });
  }

  /** Give up when time is over or the signal says so. */
  limit(limits: Limits, clock: Clock): void {
    if (this.settled) return;
    const giveUp = (makeError: () => unknown): void => {
      this.abandon();
      this.fail(makeError);
    };
    this.#stopLimits = watchLimits(limits, clock, giveUp, (timeout) => {
      const text = this.describeTimeout(timeout);
      return () => this.error('ERR_TIMEOUT', text);
    });
  }
}
