import { assert } from '../base/error.ts';
import type { Endpoint } from './endpoint.ts';
import type { Lines } from './lines.ts';
import { Mailbox } from './mailbox.ts';
import type { Message } from './message.ts';
import type { ProbeOperation } from './probe-operation.ts';
import type { ReceiveOperation } from './receive-operation.ts';
import { UnexpectedQueue } from './unexpected-queue.ts';

/** So many contexts that were closed are remembered. */
const REMEMBERED = 1024;

/**
 * The mailboxes of one rank, by context, and the messages for those that are not there yet: the other
 * ranks of a new communicator may know of it first, and send at once.
 */
export class Mailboxes {
  /** Where what is left unmatched is noted, if it is. */
  readonly lines: Lines | undefined;
  readonly #open = new Map<number, Mailbox>();
  readonly #early = new Map<number, UnexpectedQueue<Message>>();
  /** Those closed last: what comes for them was sent before they were closed, and never received. */
  readonly #closed: number[] = [];
  #closings = 0;

  constructor(lines?: Lines) {
    this.lines = lines;
  }

  /** How many contexts are open. */
  get size(): number {
    return this.#open.size;
  }

  get(context: number): Mailbox | undefined {
    return this.#open.get(context);
  }

  /** @returns besides the mailbox the messages that came before it, in their order */
  open(endpoint: Endpoint): { readonly mailbox: Mailbox; readonly early: readonly Message[] } {
    const { context } = endpoint;
    assert(!this.#open.has(context), `context ${context} is open already`);
    const mailbox = new Mailbox(endpoint);
    this.#open.set(context, mailbox);
    const early = [...(this.#early.get(context) ?? [])];
    this.#early.delete(context);
    return { mailbox, early };
  }

  /** Resolve once nothing waits there any more, and hand out what is left unread. */
  async close(mailbox: Mailbox, waiting: () => Iterable<Pending>): Promise<Iterable<Message>> {
    const { context } = mailbox.endpoint;
    for (;;) {
      const pending = [...waiting()].find(({ endpoint }) => endpoint.context === context);
      if (pending === undefined) break;
      await pending.request.catch(() => {});
    }
    this.#open.delete(context);
    this.#closed[this.#closings % REMEMBERED] = context;
    this.#closings += 1;
    this.lines?.noteMessages(mailbox, mailbox.unexpected);
    return mailbox.unexpected;
  }

  /** Refuse from now on what nothing waits for there. @returns what lies unread, and is wanted no more */
  refuse(mailbox: Mailbox): readonly Message[] {
    const left = mailbox.refuseAll();
    this.lines?.noteMessages(mailbox, left);
    return left;
  }

  /** Note what lies unread in the end. */
  noteUnread(): void {
    for (const box of this.#open.values()) this.lines?.noteMessages(box, box.unexpected);
  }

  /** Keep a message for a context that is not open yet. @returns false if it was closed */
  keepEarly(context: number, message: Message): boolean {
    if (this.#closed.includes(context)) return false;
    message.keepPayload();
    let queue = this.#early.get(context);
    if (queue === undefined) {
      queue = new UnexpectedQueue();
      this.#early.set(context, queue);
    }
    queue.add(message);
    return true;
  }

  /**
   * Name the collective call that lies unread beside what waits for a message of the user; empty if there is none. The
   * two contexts of a communicator differ in their last bit.
   */
  hint({ endpoint, source }: Pending): string {
    const calls = endpoint.purpose === undefined ? this.#open.get(endpoint.context ^ 1) : undefined;
    const call = calls?.unreadCall?.(source);
    return call === undefined ? '' : `; ${call}`;
  }

  /** Name the other communicator on which a rank that could let this go on has sent a message; empty if there is none. */
  elsewhere({ endpoint, waitsFor }: Pending): string {
    for (const { endpoint: other, unexpected } of this.#open.values()) {
      // Collective calls have the odd contexts.
      if (other.context === endpoint.context || other.context % 2 === 1) continue;
      for (const { source } of unexpected) {
        if (!waitsFor.includes(other.worldRank(source))) continue;
        return `; an unread message from ${other.nameOf(source)} is on another communicator, ${other.name ?? 'world'}`;
      }
    }
    return '';
  }

  /** The messages that no receive was matched with. */
  unread(context: number): UnexpectedQueue<Message> {
    const open = this.#open.get(context)?.unexpected;
    return open ?? this.#early.get(context) ?? new UnexpectedQueue();
  }

  /** Everything that waits for a message. */
  *operations(): Generator<Pending> {
    for (const mailbox of this.#open.values()) {
      yield* mailbox.posted;
      yield* mailbox.probes;
    }
  }
}

/** What may wait in a mailbox. */
export type Pending = ReceiveOperation | ProbeOperation;
