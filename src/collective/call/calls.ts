import type { Endpoint } from '../../match/endpoint.ts';
import type { Engine } from '../../match/engine.ts';
import { describeHoldup, type Holdup } from '../../match/holdup.ts';
import { isLimited, type Limits, watchLimits } from '../../match/limits.ts';
import type { Mailbox } from '../../match/mailbox.ts';
import type { PendingOperation } from '../../match/operation.ts';
import { CallChannel } from '../../pt2pt/call-channel.ts';
import { Request } from '../../request/request.ts';
import type { Channel } from '../channel.ts';
import { Call, Mismatch } from './call.ts';
import { InStep, MOST_CALLS } from './in-step.ts';
import { compareWithOthers } from './ledger.ts';
import type { CollectiveSetup } from './setup.ts';
import { describeWhat } from './signature.ts';

/**
 * What an algorithm does: the messages of one rank in one call.
 *
 * @param request  that of the call: complete while the steps still go on, if it has given up
 */
export type Steps<T> = (channel: Channel, request: Request<T>) => Promise<T>;

/**
 * The collective calls of one communicator.
 *
 * Each has a number, which is the tag of its messages: so any number can be under way. Its messages
 * say what call they belong to, and a receive that gets one of another call raises the error. What no receive
 * wants is noticed as well: then a rank took part in a call with the same number that is over here.
 */
export class Calls {
  readonly #engine: Engine;
  readonly #mailbox: Mailbox;
  readonly #inStep: InStep;
  /** What is under way beside the numbered calls: those with tags, and what `--check` does. */
  readonly #beside = new Set<Promise<void>>();
  readonly #takeBack: () => void;
  /** Whether calls are made only to see whether their arguments will do. */
  #rehearses = false;
  #freed = false;

  /** The settings of the job. */
  readonly setup: CollectiveSetup;

  /** @param endpoint  of a context that has no other messages */
  constructor(engine: Engine, endpoint: Endpoint, setup: CollectiveSetup) {
    this.#engine = engine;
    this.setup = setup;
    this.#mailbox = engine.open(endpoint);
    this.#inStep = new InStep(engine, this.#mailbox, setup);
    this.#takeBack = engine.finishFirst(() => this.#finish());
  }

  /** This rank, and those it exchanges messages with. */
  get endpoint(): Endpoint {
    return this.#mailbox.endpoint;
  }

  get rank(): number {
    return this.#mailbox.endpoint.rank;
  }

  get size(): number {
    return this.#mailbox.endpoint.size;
  }

  /** Milliseconds on the clock of this rank. */
  now(): number {
    return this.#engine.clock.now();
  }

  /**
   * Start a call: the part of this rank begins before this returns.
   *
   * With limits only the request gives up. The part of this rank goes on, so that the others can go on too; what
   * it is given must therefore be its own then.
   */
  start<T>(what: number, hash: number, limits: Limits | undefined, steps: Steps<T>): Request<T> {
    if (this.#rehearses) return new Request<T>();
    const number = this.#inStep.next;
    this.#inStep.next = (number + 1) % MOST_CALLS;
    return this.#start(what, hash, number, limits, steps);
  }

  /**
   * Start a call that not all ranks make, and that has a tag of its own instead of a number. Calls with the same tag
   * may be under way at once: their messages arrive in the order in which the calls were made.
   */
  startTagged<T>(
    what: number,
    tag: number,
    limits: Limits | undefined,
    steps: Steps<T>,
  ): Request<T> {
    return this.#start(what, 0, MOST_CALLS + (tag % MOST_CALLS), limits, steps);
  }

  /** What reports call the next call if it is this one. */
  nextCall(what: number): string {
    const { name } = this.endpoint;
    const where = name === undefined ? '' : ` in ${name}`;
    return `${describeWhat(what)} #${this.#inStep.next + 1}${where}`;
  }

  /** Resolve once the calls that have ended were compared with those of others. */
  async compared(): Promise<void> {
    for (const each of this.#beside) await each;
  }

  /**
   * Start the last call: it waits first for all calls that are under way, and for these operations.
   *
   * @param others  those of them that have not ended yet
   */
  startLast<T>(
    what: number,
    limits: Limits,
    others: () => readonly PendingOperation<unknown>[],
    steps: Steps<T>,
  ): Request<T> {
    const call = this.nextCall(what);
    const before = new Set([...this.#inStep.live, ...this.#beside]);
    const operations = (): PendingOperation<unknown>[] => {
      const ofCalls = this.#engine.operations().filter(({ endpoint }) => {
        return before.has(endpoint.purpose as Call);
      });
      return [...ofCalls, ...others()];
    };
    return this.start(what, 0, limits, async (channel, request) => {
      const holdup: Holdup = { request, call, operations };
      this.#engine.holdups.add(holdup);
      for (const each of before) await (each instanceof Call ? each.over : each);
      for (let [next] = others(); next !== undefined; [next] = others()) {
        await next.request.catch(() => {});
      }
      this.#engine.holdups.delete(holdup);
      return await steps(channel, request);
    });
  }

  /** Check the arguments of a call, and do not start it. @throws MpiError what the call throws */
  rehearse(call: () => unknown): void {
    this.#rehearses = true;
    try {
      call();
    } finally {
      this.#rehearses = false;
    }
  }

  /** Start no more calls; what was started still ends. */
  free(): void {
    this.#freed = true;
  }

  /** Accept no more messages, once all calls have ended. All ranks must have come here. */
  async close(): Promise<void> {
    await this.#finish();
    await this.#engine.receiver.close(this.#mailbox);
    this.#takeBack();
  }

  /** Resolve once no call is under way. */
  async #finish(): Promise<void> {
    for (;;) {
      const [beside] = this.#beside;
      const work = this.#inStep.anyLive?.over ?? beside;
      if (work === undefined) return;
      await work;
    }
  }

  #start<T>(
    what: number,
    hash: number,
    tag: number,
    limits: Limits | undefined,
    steps: Steps<T>,
  ): Request<T> {
    const { endpoint } = this.#mailbox;
    const numbered = tag < MOST_CALLS;
    const number = numbered ? tag + 1 : undefined;
    const call = new Call(what, hash, number, endpoint, this.#inStep);
    const request = call.request as Request<T>;
    const refusal = this.#refusal(call);
    if (refusal !== undefined) {
      Request.fail(request, refusal);
      return request;
    }
    const channel = new CallChannel(this.#engine, this.#mailbox, endpoint.forCall(call), tag);
    const stopLimits =
      limits !== undefined && isLimited(limits) ? this.#limit(call, limits) : undefined;
    call.limited = stopLimits !== undefined;
    if (numbered) this.#inStep.begin(tag, call);
    if (this.setup.check && numbered) this.#compare(tag, call);
    const over = steps(channel, request).then(
      (value) => {
        stopLimits?.();
        if (numbered) this.#inStep.end(tag, call);
        if (!request.test()) Request.complete(request, value);
      },
      (error: unknown) => {
        stopLimits?.();
        channel.abandon();
        if (!(error instanceof Mismatch)) call.failure = error;
        if (numbered) this.#inStep.end(tag, call);
        if (!request.test()) Request.fail(request, () => call.explain(error));
      },
    );
    call.over = over;
    call.channel = channel;
    if (numbered) this.#inStep.lookForStrays(tag, call);
    else this.#runBeside(over);
    return request;
  }

  #runBeside(work: Promise<void>): void {
    this.#beside.add(work);
    void work.then(() => this.#beside.delete(work));
  }

  /** Say why no call can be made, if so. */
  #refusal(call: Call): (() => unknown) | undefined {
    if (this.#engine.finalized) return () => call.error('ERR_FINALIZED', 'called after finalize()');
    if (this.#freed) return () => call.error('ERR_COMM', 'the communicator was freed');
    return this.#inStep.broken;
  }

  /** Have the ranks tell each other what they call. */
  #compare(tag: number, call: Call): void {
    call.line = this.setup.userLine(new Error().stack ?? '');
    this.#inStep.beginToCompare();
    const compared = compareWithOthers(this.#engine, this.#mailbox, tag, call)
      .catch((error: unknown) => {
        const makeError = (): unknown => call.explain(error);
        if (!call.request.test()) Request.fail(call.request, makeError);
        this.#inStep.lose(makeError);
      })
      .then(() => this.#inStep.endToCompare());
    this.#runBeside(compared);
  }

  /** Let the request give up when time is over or the signal says so. @returns stops to watch */
  #limit(call: Call, limits: Limits): (() => void) | undefined {
    const giveUp = (makeError: () => unknown): void => {
      if (!call.request.test()) Request.fail(call.request, makeError);
    };
    return watchLimits(limits, this.#engine.clock, giveUp, (timeout) => {
      const text = `not complete within ${timeout} ms${this.#missing(call)}`;
      return () => call.error('ERR_TIMEOUT', text);
    });
  }

  /** Say which ranks a call waits for, or which operations first. */
  #missing(call: Call): string {
    const { endpoint } = this.#mailbox;
    const holdup = [...this.#engine.holdups].find(({ request }) => request === call.request);
    if (holdup !== undefined) return `; it waits first for ${describeHoldup(holdup)}`;
    const waits = [...this.#inStep.waiting(call).keys()];
    const ranks = waits
      .map((worldRank) => endpoint.worldRanks.indexOf(worldRank))
      .sort((a, b) => a - b);
    if (ranks.length === 0) return '';
    return `; it waits for ${endpoint.namesOf(ranks)}`;
  }
}
