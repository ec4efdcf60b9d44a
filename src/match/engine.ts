import type { Clock } from '../base/clock.ts';
import { assert } from '../base/error.ts';
import type { Transport, TransportEvents } from '../transport/transport.ts';
import type { Endpoint } from './endpoint.ts';
import { decodeHeader, FrameKind } from './frame.ts';
import type { Mailbox } from './mailbox.ts';
import type { PendingOperation } from './operation.ts';
import { Peer } from './peer.ts';
import { PendingCount } from './pending-count.ts';
import { Receiver } from './receiver.ts';
import { Sender } from './sender.ts';
import { Wire } from './wire.ts';

/** How a rank is joined to its world. */
export interface EngineOptions {
  /** This rank in the world. */
  readonly rank: number;
  readonly size: number;
  /** Make the transport that carries this engine's frames. */
  readonly connect: (events: TransportEvents) => Transport;
  readonly clock: Clock;
  /** Standard sends up to this many bytes are eager. */
  readonly eagerBytes?: number | undefined;
  /** Bytes of eager messages from one rank that may lie unread. */
  readonly creditBytes?: number | undefined;
  /** Told when frames from other ranks start to be wanted, so that the process must live on, and when they no longer are. */
  readonly onWanted?: ((wanted: boolean) => void) | undefined;
}

/** Standard sends up to this size do not wait for their receiver. */
export const DEFAULT_EAGER_BYTES: number = 64 * 1024;

/** All ranks together may leave this much unread at one rank … */
const CREDIT_BYTES_PER_RANK = 256 * 2 ** 20;
/** … and one of them no more than this. */
const CREDIT_BYTES_PER_PEER = 16 * 2 ** 20;

/** Frames stay wanted this long after the last wait: a program in a loop over messages must not switch on and off. */
const REST_AFTER_MS = 20;

/**
 * The point-to-point engine of one rank: it turns sends and receives into frames and back.
 *
 * It owns matching, the eager and rendezvous protocols and the news of peers that leave. It knows
 * neither process nor world: any number of engines can live side by side.
 */
export class Engine {
  readonly rank: number;
  readonly size: number;
  readonly receiver: Receiver;
  readonly sender: Sender;
  readonly clock: Clock;
  /** Whether finalize was called: no operation can start any more. */
  finalized = false;
  readonly #transport: Transport;
  readonly #peers: readonly Peer[];
  readonly #pending: PendingCount;
  readonly #onWanted: (wanted: boolean) => void;
  /** Whether something waits that another rank may let go on. */
  #waiting = false;
  /** Whether frames are wanted; follows `#waiting`, but ends a little later. */
  #wanted = false;
  #lastPoll = 0;
  #stopRest: (() => void) | undefined;

  constructor(options: EngineOptions) {
    this.rank = options.rank;
    this.size = options.size;
    this.clock = options.clock;
    this.#onWanted = options.onWanted ?? (() => {});
    const eagerBytes = options.eagerBytes ?? DEFAULT_EAGER_BYTES;
    const window = eagerBytes === Number.POSITIVE_INFINITY ? eagerBytes : windowOf(options);
    this.#peers = Array.from({ length: this.size }, (_, rank) => new Peer(rank, window));
    this.#transport = options.connect({
      onFrame: (source, header, payload) => this.#onFrame(source, header, payload),
      onBroken: (error) => this.#onBroken(error),
    });
    const wire = new Wire(this.#transport);
    this.#pending = new PendingCount(() => this.#updateWaiting());
    this.receiver = new Receiver(wire, this.#peers, this.clock, this.#pending);
    this.sender = new Sender(wire, this.#peers, this.clock, this.#pending, eagerBytes);
  }

  /** Accept messages for a context; the queues of its receives. */
  open(endpoint: Endpoint): Mailbox {
    return this.receiver.open(endpoint);
  }

  /** Note that the program looks for messages without waiting, so frames are wanted for a while. */
  poll(): void {
    this.#lastPoll = this.clock.now();
    this.#setWanted(true);
    this.#planRest();
  }

  /** Everything that waits, oldest first. */
  operations(): PendingOperation<unknown>[] {
    const all = [...this.receiver.operations(), ...this.sender.operations()];
    return all.sort((a, b) => a.since - b.since);
  }

  /** How many frames went to each world rank. */
  framesSent(): number[] {
    return this.#peers.map((peer) => peer.framesSent);
  }

  /** Take in that a peer sends nothing after this many frames to us. */
  peerFinishing(worldRank: number, frames: number): void {
    const peer = this.#peer(worldRank);
    peer.finishAfter(frames);
    if (peer.finished) this.#peerGone(undefined);
  }

  /** Take in that a peer is lost; operations that need it reject with this reason. */
  peerLost(worldRank: number, reason: string): void {
    const peer = this.#peer(worldRank);
    peer.lose(reason);
    this.#peerGone(peer);
  }

  /** Take in that the failure of one rank ends the job: whatever waits rejects with that reason. */
  jobEnding(worldRank: number, reason: string): void {
    for (const peer of this.#peers) peer.lose(reason, worldRank);
    for (const peer of this.#peers) this.#peerGone(peer);
  }

  /** Fail all that waits, since nobody is left to answer. Only for when that is certain. */
  deadEnd(): void {
    this.receiver.deadEnd();
    this.sender.deadEnd();
  }

  /** Start nothing more, and resolve when every send under way has ended, well or not. */
  async finalize(): Promise<void> {
    this.finalized = true;
    this.receiver.finalize();
    for (;;) {
      const [send] = this.sender.operations();
      if (send === undefined) return;
      await send.request.catch(() => {});
    }
  }

  async close(): Promise<void> {
    this.#stopRest?.();
    this.#setWanted(false);
    await this.#transport.close();
  }

  #peer(worldRank: number): Peer {
    const peer = this.#peers[worldRank];
    assert(peer !== undefined, `there is no rank ${worldRank}`);
    return peer;
  }

  #onFrame(source: number, headerBytes: Uint8Array, payload: Uint8Array): void {
    const peer = this.#peer(source);
    const header = decodeHeader(headerBytes);
    peer.framesReceived += 1;
    switch (header.kind) {
      case FrameKind.EAGER:
      case FrameKind.RENDEZVOUS:
        this.receiver.arrive(peer, header, payload);
        break;
      case FrameKind.DATA:
        this.receiver.data(header, payload);
        break;
      case FrameKind.CLEAR_TO_SEND:
        this.sender.clearToSend(peer, header);
        break;
      case FrameKind.ACK:
        this.sender.acknowledged(header);
        break;
      case FrameKind.NOT_READY:
        this.sender.notReady(header);
        break;
      case FrameKind.CREDIT:
        peer.giveCredit(header.bytes);
        break;
      case FrameKind.CANCEL:
        this.receiver.cancelMessage(peer, header);
        break;
      case FrameKind.CANCELLED:
        this.sender.cancelled(header);
        break;
      default:
        assert(false, `rank ${source} sent a frame of the unknown kind ${header.kind}`);
    }
    if (peer.finished) this.#peerGone(undefined);
  }

  #onBroken(error: Error): void {
    for (const peer of this.#peers)
      peer.lose(`messages can no longer be carried: ${error.message}`);
    for (const peer of this.#peers) this.#peerGone(peer);
  }

  #peerGone(lost: Peer | undefined): void {
    this.receiver.peerGone(lost);
    this.sender.peerGone();
    this.#updateWaiting();
  }

  #updateWaiting(): void {
    this.#waiting =
      this.#pending.pending && this.#peers.some((peer, rank) => rank !== this.rank && !peer.gone);
    if (this.#waiting) this.#setWanted(true);
    else if (this.#wanted) this.#planRest();
  }

  #setWanted(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#transport.listen(wanted);
    this.#onWanted(wanted);
  }

  /** Stop wanting frames unless something waits again by then. */
  #planRest(): void {
    if (this.#stopRest !== undefined) return;
    this.#stopRest = this.clock.after(REST_AFTER_MS, () => {
      this.#stopRest = undefined;
      if (!this.#wanted || this.#waiting) return;
      if (this.clock.now() - this.#lastPoll < REST_AFTER_MS) this.#planRest();
      else this.#setWanted(false);
    });
  }
}

function windowOf({ creditBytes, size }: EngineOptions): number {
  return creditBytes ?? Math.min(CREDIT_BYTES_PER_PEER, Math.floor(CREDIT_BYTES_PER_RANK / size));
}
