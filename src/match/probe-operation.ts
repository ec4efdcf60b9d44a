import type { Endpoint } from './endpoint.ts';
import { describeSource, type Envelope } from './envelope.ts';
import type { Message } from './message.ts';
import { PendingOperation } from './operation.ts';
import { worldRanksOf } from './world-ranks.ts';

/** A probe that waits for a message; a matched probe takes it out of the queue as well. */
export class ProbeOperation<T = unknown> extends PendingOperation<T> implements Envelope {
  readonly source: number;
  readonly tag: number;
  /** Whether the message is taken, so that no other receive can match it. */
  readonly takes: boolean;
  readonly #waiting: Set<ProbeOperation>;
  readonly #show: (message: Message) => T;

  /**
   * @param waiting  the probes that wait, which it leaves when it ends
   * @param show  what the user gets to see of the message
   */
  constructor(
    endpoint: Endpoint,
    waiting: Set<ProbeOperation>,
    { source, tag }: Envelope,
    takes: boolean,
    show: (message: Message) => T,
  ) {
    super(endpoint);
    this.#waiting = waiting;
    this.source = source;
    this.tag = tag;
    this.takes = takes;
    this.#show = show;
  }

  found(message: Message): void {
    this.complete(this.#show(message), message);
  }

  override get kind(): 'receive' {
    return 'receive';
  }

  override get call(): string {
    return `${this.takes ? 'mprobe' : 'probe'} for ${describeSource(this)}`;
  }

  override get waitsFor(): readonly number[] {
    return worldRanksOf(this.endpoint, this.source);
  }

  override cancel(): Promise<boolean> {
    this.endCancelled();
    return Promise.resolve(true);
  }

  protected override abandon(): void {}

  protected override onSettled(): void {
    this.#waiting.delete(this);
  }
}
