import type { Endpoint } from '../../match/endpoint.ts';
import type { Engine } from '../../match/engine.ts';
import type { Mailbox } from '../../match/mailbox.ts';
import type { Message } from '../../match/message.ts';
import { Request } from '../../request/request.ts';
import { type Call, type CallOwner, lostStep, type UserLine, unreadCall } from './call.ts';
import { PastCalls } from './past-calls.ts';
import type { CollectiveSetup } from './setup.ts';

/** Numbers of calls come round after so many; the tags above are for calls that have no number. */
export const MOST_CALLS: number = 2 ** 30;

/** A call that has waited for so long asks whom it waits for. */
const INQUIRE_MS = 1000;

/**
 * Notices when the ranks of a communicator are not in the same collective calls.
 *
 * Each message says which call it belongs to. One that has the number of a call here but is from another call fails that; and
 * one for a call that is over fails the next one, or else `finalize`.
 */
export class InStep implements CallOwner {
  /** The number of the next call. */
  next = 0;
  readonly #engine: Engine;
  readonly #mailbox: Mailbox;
  readonly #setup: CollectiveSetup;
  readonly #live = new Map<number, Call>();
  readonly #past = new PastCalls();
  #broken: (() => unknown) | undefined;
  /** How many calls are being compared with those of others. */
  #compared = 0;
  /** What a message for a call that is over would have had to say meanwhile. */
  #stray: (() => unknown) | undefined;

  constructor(engine: Engine, mailbox: Mailbox, setup: CollectiveSetup) {
    this.#engine = engine;
    this.#mailbox = mailbox;
    this.#setup = setup;
    mailbox.refuses = (message) => this.#refuses(message);
    mailbox.onInquiry = (inquiry) => this.#onInquiry(inquiry);
    mailbox.unreadCall = (source) => unreadCall(mailbox.unexpected, source);
  }

  /** Why no call can be made any more, if so. */
  get broken(): (() => unknown) | undefined {
    return this.#broken;
  }

  get userLine(): UserLine {
    return this.#setup.userLine;
  }

  /** A call that is under way, if there is one. */
  get anyLive(): Call | undefined {
    const [call] = this.#live.values();
    return call;
  }

  /** The calls that are under way. */
  get live(): Iterable<Call> {
    return this.#live.values();
  }

  /** Take in that this rank is in another call than others. */
  lose(makeError: () => unknown): void {
    this.#broken ??= makeError;
    this.#engine.lostStep(this.#broken);
  }

  /** Take in that a call is compared with those of others, which know more than a message for a call that is over. */
  beginToCompare(): void {
    this.#compared += 1;
  }

  /** Take in that a call was compared. */
  endToCompare(): void {
    this.#compared -= 1;
    if (this.#compared > 0 || this.#stray === undefined) return;
    this.#break(this.#stray);
  }

  /** Take in that a call is over. What is left of its messages was sent by a rank in another call. */
  end(tag: number, call: Call): void {
    call.stopInquiry?.();
    const { unexpected } = this.#mailbox;
    this.#live.delete(tag);
    this.#past.add(tag, call);
    if (unexpected.length === 0) return;
    const [message] = unexpected.withTag(tag, this.#mailbox.endpoint.size);
    if (message === undefined) return;
    unexpected.remove(message);
    this.#lostStep(message);
  }

  /** Tell whether a message that nothing waits for belongs to a call that is over, or is no part of the one under way. */
  #refuses(message: Message): boolean {
    const { tag } = message;
    const live = this.#live.get(tag);
    if (live !== undefined) return this.#refusesStray(live, message);
    const ahead = (tag - this.next + MOST_CALLS) % MOST_CALLS;
    if (tag >= MOST_CALLS || ahead < MOST_CALLS / 2) return false;
    this.#lostStep(message);
    return true;
  }

  /** Take in that a call begins. */
  begin(tag: number, call: Call): void {
    this.#live.set(tag, call);
  }

  /** Look among what came before a call for messages that are no part of it. */
  lookForStrays(tag: number, call: Call): void {
    const { unexpected } = this.#mailbox;
    if (unexpected.length === 0) return;
    for (const message of unexpected.withTag(tag, this.#mailbox.endpoint.size)) {
      if (this.#refusesStray(call, message)) unexpected.remove(message);
    }
  }

  /**
   * Fail a call if a message has its number, but is from another one: the messages of the two need not meet in a receive, and
   * all would wait. Where ranks compare their calls, they find it out by that, and know more.
   */
  #refusesStray(call: Call, { source, what, hash }: Message): boolean {
    if (this.#setup.check || (what === call.what && hash === call.hash)) return false;
    const { request } = call;
    if (!request.test())
      Request.fail(request, () => call.explain(call.mismatch(source, what, hash)));
    call.channel?.abandon();
    return true;
  }

  /** A rank has sent what this one had no use for: they are not in the same calls. */
  #lostStep(message: Message): void {
    const { tag } = message;
    const mine = this.#past.get(tag);
    const makeError = (): unknown => lostStep(this.#mailbox.endpoint, tag + 1, message, mine);
    if (this.#compared > 0) this.#stray ??= makeError;
    else this.#break(makeError);
  }

  #break(makeError: () => unknown): void {
    this.#broken ??= makeError;
    for (const call of this.#live.values()) {
      if (!call.request.test()) Request.fail(call.request, this.#broken);
    }
    this.#engine.lostStep(this.#broken);
  }

  /**
   * Where no message of two calls meets, as when all ranks are roots of a reduction, each waits for ever. So a call that has waited for
   * long asks the ranks that it waits for.
   */
  inquireLater(call: Call): void {
    const { number } = call;
    if (number === undefined) return;
    call.stopInquiry = this.#engine.clock.after(INQUIRE_MS, () => {
      const asked = this.waiting(call);
      for (const [worldRank, endpoint] of asked) {
        this.#engine.inquire(endpoint, worldRank, number - 1);
      }
    });
  }

  #onInquiry(inquiry: Message): void {
    const { tag, what, hash } = inquiry;
    const call = this.#live.get(tag);
    if (call !== undefined) {
      // The other rank is to hear of it as well: the call that fails here asks nobody any more.
      const endpoint = this.#mailbox.endpoint.forCall(call);
      if (this.#refusesStray(call, inquiry)) {
        this.#engine.inquire(endpoint, inquiry.peer.worldRank, tag);
      }
      return;
    }
    const past = this.#past.get(tag);
    if (past !== undefined && (past.what !== what || past.hash !== hash)) this.#lostStep(inquiry);
  }

  /** The world ranks that a call waits for, with the endpoint of the wait. */
  waiting(call: Call): Map<number, Endpoint> {
    const found = new Map<number, Endpoint>();
    for (const { endpoint, waitsFor } of this.#engine.operations()) {
      if (endpoint.purpose !== call) continue;
      for (const worldRank of waitsFor) found.set(worldRank, endpoint);
    }
    return found;
  }
}
