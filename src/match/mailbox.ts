import type { Endpoint } from './endpoint.ts';
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
  /** Tell whether a message comes for which there can be no receive; it is then dropped. */
  refuses: ((message: Message) => boolean) | undefined;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }
}
