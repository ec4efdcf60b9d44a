import type { Endpoint } from './endpoint.ts';
import { type Envelope, matches } from './envelope.ts';
import type { Message } from './message.ts';
import { PostedQueue } from './posted-queue.ts';
import type { ProbeOperation } from './probe-operation.ts';
import type { ReceiveOperation } from './receive-operation.ts';
import { UnexpectedQueue } from './unexpected-queue.ts';

/** Where the messages of one endpoint meet their receives. */
export class Mailbox {
  readonly endpoint: Endpoint;
  readonly posted: PostedQueue<ReceiveOperation> = new PostedQueue();
  readonly unexpected: UnexpectedQueue<Message> = new UnexpectedQueue();
  readonly probes: Set<ProbeOperation> = new Set();
  /** Takes in the inquiry of a rank about one of its calls. */
  onInquiry: ((inquiry: Message) => void) | undefined;
  /** Names the call of a rank (or of any) that lies unread here. */
  unreadCall: ((source: number) => string | undefined) | undefined;
  /** Tell whether a message comes for which there can be no receive; it is then dropped. */
  refuses: ((message: Message) => boolean) | undefined;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  /** Refuse from now on what nothing waits for. @returns what lies unread, and is wanted no more */
  refuseAll(): readonly Message[] {
    this.refuses = (message) => ![...this.probes].some((probe) => matches(probe, message));
    const unread = [...this.unexpected];
    for (const message of unread) this.unexpected.remove(message);
    return unread;
  }

  /** Look for a message that is here; take it out of the queue if `takes`. */
  look(wanted: Envelope, takes: boolean): Message | undefined {
    const message = this.unexpected.find(wanted);
    if (takes && message !== undefined) this.unexpected.remove(message);
    return message;
  }
}
