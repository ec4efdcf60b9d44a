import { copyOf, type Payload } from '../codec/payload.ts';
import type { Endpoint } from './endpoint.ts';
import { PendingOperation } from './operation.ts';
import type { Peer } from './peer.ts';

/** MPI's four ways to send. @see MPI-4.1 §3.4 */
export type SendMode = 'standard' | 'synchronous' | 'buffered' | 'ready';

/** Where and how a message goes. */
export interface SendTarget {
  /** Rank in the communicator of the endpoint. */
  readonly dest: number;
  readonly tag: number;
  readonly mode: SendMode;
}

/** What a send asks of the side of the engine that owns it. */
export interface SendOwner {
  /** Ask the receiver to forget the message; resolves to whether it did. */
  recall(send: SendOperation): Promise<boolean>;
}

/** A send that waits for its match. */
export class SendOperation extends PendingOperation<void> {
  readonly peer: Peer;
  readonly target: SendTarget;
  /** What the receiver calls it by. */
  readonly id: number;
  /** The data, if it stays here until the match; undefined if it went with the envelope. */
  payload: Payload | undefined;
  readonly #owner: SendOwner;

  constructor(
    owner: SendOwner,
    endpoint: Endpoint,
    target: SendTarget,
    peer: Peer,
    id: number,
    payload: Payload | undefined,
  ) {
    super(endpoint);
    this.#owner = owner;
    this.target = target;
    this.peer = peer;
    this.id = id;
    this.payload = payload;
  }

  override get kind(): 'send' | 'synchronous' {
    return this.target.mode === 'synchronous' ? 'synchronous' : 'send';
  }

  override get call(): string {
    const { dest, tag, mode } = this.target;
    const bytes = this.payload === undefined ? '' : `, ${this.payload.bytes.length} bytes`;
    return `${mode === 'standard' ? '' : `${mode} `}send to ${dest}, tag ${tag}${bytes}`;
  }

  override get waitsFor(): readonly number[] {
    return [this.peer.worldRank];
  }

  override async cancel(): Promise<boolean> {
    const undone = await this.#owner.recall(this);
    // It may have ended meanwhile, as by its time-out: then that is how it ended.
    if (!undone || this.settled) return false;
    this.endCancelled();
    return true;
  }

  protected override abandon(): void {
    // The match may be on its way already, and then the data must still follow; the user may by then
    // have changed the memory it was in.
    this.detach();
    void this.#owner.recall(this);
  }

  /** Keep a copy of the data, so that its memory is the user's again. */
  detach(): void {
    if (this.payload === undefined) return;
    const { dataKind, bytes } = this.payload;
    this.payload = { dataKind, bytes: copyOf(bytes) };
  }
}
