import type { AlgorithmChoices } from '../base/algorithms.ts';
import type { Endpoint } from '../match/endpoint.ts';
import type { Engine } from '../match/engine.ts';
import type { Mailbox } from '../match/mailbox.ts';
import type { Message } from '../match/message.ts';
import type { Limits } from '../match/operation.ts';
import { CallChannel } from '../pt2pt/call-channel.ts';
import { Request } from '../request/request.ts';
import {
  Call,
  type CallOwner,
  lostStep,
  type PastCall,
  type UserLine,
  unreadCall,
} from './call.ts';
import type { Channel } from './channel.ts';
import { compareWithOthers } from './ledger.ts';
import { limitCall } from './limit.ts';

/** Numbers of calls come round after so many; the tags above are for calls that have no number. */
const MOST_CALLS = 2 ** 30;

/** A call that has waited for so long asks whom it waits for. */
const INQUIRE_MS = 1000;

/** So many calls that are over are remembered, to be named in errors. */
const REMEMBERED = 64;

/**
 * What an algorithm does: the messages of one rank in one call.
 *
 * @param request  that of the call: complete while the steps still go on, if it has given up
 */
export type Steps<T> = (channel: Channel, request: Request<T>) => Promise<T>;

/** What decides how the calls of a communicator are done, the same on all its ranks. */
export interface CollectiveSetup {
  /** What the user chose for the whole job. */
  readonly choices: AlgorithmChoices;
  /** Whether all ranks are on one host. */
  readonly sameHost: boolean;
  readonly userLine: UserLine;
  /** Whether ranks compare what they call, and from where, before each call. */
  readonly check: boolean;
}

/**
 * The collective calls of one communicator.
 *
 * Each has a number, which is the tag of its messages: so any number can be under way. Its messages
 * say what call they belong to, and a receive that gets one of another call raises the error. What no receive
 * wants is noticed as well: then a rank took part in a call with the same number that is over here.
 */
export class Calls implements CallOwner {
  readonly #engine: Engine;
  readonly #mailbox: Mailbox;
  readonly #live = new Map<number, Call>();
  readonly #past: PastCall[] = [];
  /** What is under way beside the numbered calls: those with tags, and what `--check` does. */
  readonly #beside = new Set<Promise<void>>();
  readonly #takeBack: () => void;
  #next = 0;
  /** Whether calls are made only to see whether their arguments will do. */
  #rehearses = false;
  #freed = false;
  /** Why no call can be made any more: the ranks have lost step. */
  #broken: (() => unknown) | undefined;

  /** The settings of the job. */
  readonly setup: CollectiveSetup;

  /** @param endpoint  of a context that has no other messages */
  constructor(engine: Engine, endpoint: Endpoint, setup: CollectiveSetup) {
    this.#engine = engine;
    this.setup = setup;
    this.#mailbox = engine.open(endpoint);
    this.#mailbox.onInquiry = (inquiry) => this.#onInquiry(inquiry);
    this.#mailbox.unreadCall = (source) => unreadCall(this.#mailbox.unexpected, source);
    this.#mailbox.refuses = (message) => this.#refuses(message);
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

  /**
   * Start a call: the part of this rank begins before this returns.
   *
   * With limits only the request gives up. The part of this rank goes on, so that the others can go on too; what
   * it is given must therefore be its own then.
   */
  start<T>(what: number, hash: number, limits: Limits | undefined, steps: Steps<T>): Request<T> {
    if (this.#rehearses) return new Request<T>();
    const number = this.#next;
    this.#next = (number + 1) % MOST_CALLS;
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
      const [call] = this.#live.values();
      const [beside] = this.#beside;
      const work = call?.over ?? beside;
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
    const call = new Call(what, hash, number, endpoint, this);
    const request = call.request as Request<T>;
    const refusal = this.#refusal(call);
    if (refusal !== undefined) {
      Request.fail(request, refusal);
      return request;
    }
    if (numbered) this.#live.set(tag, call);
    const channel = new CallChannel(this.#engine, this.#mailbox, endpoint.forCall(call), tag);
    const limited = limits?.timeout !== undefined || limits?.signal !== undefined;
    const stopLimits = limited
      ? limitCall(call, limits, this.#engine.clock, () => this.#missing(call))
      : undefined;
    if (this.setup.check && numbered) this.#compare(tag, call);
    const over = steps(channel, request).then(
      (value) => {
        stopLimits?.();
        this.#end(tag, call);
        if (!request.test()) Request.complete(request, value);
      },
      (error: unknown) => {
        stopLimits?.();
        channel.abandon();
        this.#end(tag, call);
        if (!request.test()) Request.fail(request, () => call.explain(error));
      },
    );
    call.over = over;
    call.channel = channel;
    if (numbered) this.#lookForStrays(tag, call);
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
    return this.#broken;
  }

  /** Have the ranks tell each other what they call. */
  #compare(tag: number, call: Call): void {
    call.line = this.setup.userLine(new Error().stack ?? '');
    const compared = compareWithOthers(this.#engine, this.#mailbox, tag, call).catch(
      (error: unknown) => {
        const makeError = (): unknown => call.explain(error);
        if (!call.request.test()) Request.fail(call.request, makeError);
        this.#broken ??= makeError;
        this.#engine.lostStep(makeError);
      },
    );
    this.#runBeside(compared);
  }

  #end(tag: number, { what, hash, line, stopInquiry }: Call): void {
    if (tag >= MOST_CALLS) return;
    stopInquiry?.();
    const { unexpected } = this.#mailbox;
    this.#live.delete(tag);
    this.#past[tag % REMEMBERED] = { tag, what, hash, line };
    if (unexpected.length === 0) return;
    const [message] = unexpected.withTag(tag, this.size);
    if (message === undefined) return;
    unexpected.remove(message);
    this.#lostStep(message);
  }

  /** Tell whether a message that nothing waits for belongs to a call that is over, or is no part of the one under way. */
  #refuses(message: Message): boolean {
    const { tag } = message;
    const live = this.#live.get(tag);
    if (live !== undefined) return this.#refusesStray(live, message);
    const ahead = (tag - this.#next + MOST_CALLS) % MOST_CALLS;
    if (tag >= MOST_CALLS || ahead < MOST_CALLS / 2) return false;
    this.#lostStep(message);
    return true;
  }

  /** Look among what came before a call for messages that are no part of it. */
  #lookForStrays(tag: number, call: Call): void {
    const { unexpected } = this.#mailbox;
    if (unexpected.length === 0) return;
    for (const message of unexpected) {
      if (message.tag === tag && this.#refusesStray(call, message)) unexpected.remove(message);
    }
  }

  /**
   * Fail a call if a message has its number, but is from another one: the messages of the two need not meet in a receive, and
   * all would wait. Where ranks compare their calls, they find it out by that, and know more.
   */
  #refusesStray(call: Call, { source, what, hash }: Message): boolean {
    if (this.setup.check || (what === call.what && hash === call.hash)) return false;
    const { request } = call;
    if (!request.test())
      Request.fail(request, () => call.explain(call.mismatch(source, what, hash)));
    call.channel?.abandon();
    return true;
  }

  /** A rank has sent what this one had no use for: they are not in the same calls. */
  #lostStep(message: Message): void {
    const { tag } = message;
    const past = this.#past[tag % REMEMBERED];
    const mine = past?.tag === tag ? past : undefined;
    this.#broken ??= () => lostStep(this.endpoint, tag + 1, message, mine);
    for (const call of this.#live.values()) {
      if (!call.request.test()) Request.fail(call.request, this.#broken);
    }
    this.#engine.lostStep(this.#broken);
  }

  get userLine(): UserLine {
    return this.setup.userLine;
  }

  /**
   * Where no message of two calls meets, as when all ranks are roots of a reduction, each waits for ever. So a call that has waited for
   * long asks the ranks that it waits for.
   */
  inquireLater(call: Call): void {
    const { number } = call;
    if (number === undefined) return;
    call.stopInquiry = this.#engine.clock.after(INQUIRE_MS, () => {
      const asked = this.#waiting(call);
      for (const [worldRank, endpoint] of asked) {
        this.#engine.inquire(endpoint, worldRank, number - 1);
      }
    });
  }

  #onInquiry(inquiry: Message): void {
    const { tag, what, hash } = inquiry;
    const call = this.#live.get(tag);
    if (call !== undefined) {
      this.#refusesStray(call, inquiry);
      return;
    }
    const age = (this.#next - tag + MOST_CALLS) % MOST_CALLS;
    if (age === 0 || age > REMEMBERED) return;
    const past = this.#past[tag % REMEMBERED];
    // Of calls that end in another order than they began the place may be another one's.
    if (past?.tag === tag && (past.what !== what || past.hash !== hash)) this.#lostStep(inquiry);
  }

  /** The world ranks that a call waits for, with the endpoint of the wait. */
  #waiting(call: Call): Map<number, Endpoint> {
    const found = new Map<number, Endpoint>();
    for (const { endpoint, waitsFor } of this.#engine.operations()) {
      if (endpoint.purpose !== call) continue;
      for (const worldRank of waitsFor) found.set(worldRank, endpoint);
    }
    return found;
  }

  /** Say which ranks a call waits for. */
  #missing(call: Call): string {
    const { endpoint } = this.#mailbox;
    const waits = [...this.#waiting(call).keys()];
    const ranks = waits
      .map((worldRank) => endpoint.worldRanks.indexOf(worldRank))
      .sort((a, b) => a - b);
    if (ranks.length === 0) return '';
    return `; it waits for ${endpoint.namesOf(ranks)}`;
  }
}
