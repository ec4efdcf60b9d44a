import type { Clock } from '../base/clock.ts';
import { assert } from '../base/error.ts';
import type { Transport, TransportEvents } from '../transport/transport.ts';
import { Attention } from './attention.ts';
import type { Endpoint } from './endpoint.ts';
import { contextOf, decodeHeader, FrameKind, kindOf } from './frame.ts';
import type { Holdup } from './holdup.ts';
import type { Lines } from './lines.ts';
import type { Mailbox } from './mailbox.ts';
import { Message } from './message.ts';
import type { PendingOperation } from './operation.ts';
import type { EngineParts } from './parts.ts';
import { type Peer, peerMaker } from './peer.ts';
import { Receiver } from './receiver.ts';
import { takeReply } from './reply.ts';
import { Scratch } from './scratch.ts';
import { DEFAULT_EAGER_BYTES, Sender } from './sender.ts';
import { SpareMemory } from './spare-memory.ts';
import { Wire } from './wire.ts';

/** How a rank is joined to its world. */
export interface EngineOptions {
  /** Number of this process in the job; in the first world that is its rank. */
  readonly rank: number;
  /** How many processes the job has. */
  readonly size: number;
  /** Which of them belong to other jobs; none if left out. */
  readonly isForeign?: ((rank: number) => boolean) | undefined;
  /** Make the transport that carries this engine's frames. */
  readonly connect: (events: TransportEvents) => Transport;
  readonly clock: Clock;
  /** Standard sends up to this many bytes are eager. */
  readonly eagerBytes?: number | undefined;
  /** Bytes of eager messages from one rank that may lie unread. */
  readonly creditBytes?: number | undefined;
  /** Where what is left unmatched is noted; left out if it is not. */
  readonly lines?: Lines | undefined;
  /** Told when frames from other ranks start to be wanted, so that the process must live on, and when they no longer are. */
  readonly onWanted?: ((wanted: boolean) => void) | undefined;
  /** Told when all that waits has done so for a while. */
  readonly onStill?: (() => void) | undefined;
}

/** Resolves once something has ended; does not reject. */
export type Finishing = () => Promise<void>;

/**
 * The point-to-point engine of one rank: it turns sends and receives into frames and back.
 *
 * It owns matching, the eager and rendezvous protocols and the news of peers that leave. It knows
 * neither process nor world: any number of engines can live side by side.
 */
export class Engine {
  readonly rank: number;
  readonly receiver: Receiver;
  readonly sender: Sender;
  readonly clock: Clock;
  /** Memory for what collective calls combine. */
  readonly scratch: Scratch = new Scratch();
  /** Calls that wait for operations that are not theirs. */
  readonly holdups: Set<Holdup> = new Set();
  /** Whether finalize was called: no operation can start any more. */
  finalized = false;
  readonly #transport: Transport;
  readonly #wire: Wire;
  readonly #peers: Peer[];
  /** Makes those between two numbers. */
  readonly #makePeers: (from: number, size: number) => Peer[];
  readonly #attention: Attention;
  /** What is wrong with the calls of the ranks, if anything. */
  #mistake: (() => unknown) | undefined;
  /** What must have ended before this rank does, beside single messages. */
  readonly #unfinished = new Set<Finishing>();

  constructor(options: EngineOptions) {
    this.rank = options.rank;
    this.clock = options.clock;
    const eagerBytes = options.eagerBytes ?? DEFAULT_EAGER_BYTES;
    this.#makePeers = peerMaker({ ...options, eagerBytes });
    this.#transport = options.connect({
      onFrame: (source, header, payload) => this.#onFrame(source, header, payload),
      onBroken: (error) => this.#onBroken(error),
      land: (_, header, bytes) =>
        kindOf(header) === FrameKind.DATA
          ? this.receiver.transfers.land(decodeHeader(header), bytes)
          : undefined,
      waitedFor: () => this.#attention.waiting,
    });
    this.#peers = this.#makePeers(0, options.size);
    const wire = new Wire(this.#transport);
    this.#wire = wire;
    this.#attention = new Attention({
      clock: this.clock,
      transport: this.#transport,
      onWanted: options.onWanted ?? (() => {}),
      others: this.#countOthers(),
      operations: () => this.operations(),
      onStill: options.onStill ?? (() => {}),
    });
    const parts: EngineParts = {
      wire,
      peers: this.#peers,
      clock: this.clock,
      pending: this.#attention.pending,
      spare: new SpareMemory(),
      lines: options.lines,
    };
    this.receiver = new Receiver(parts);
    this.sender = new Sender(parts, eagerBytes);
  }

  /** How many processes the job has had, as far as this one knows. */
  get size(): number {
    return this.#peers.length;
  }

  /** Take in that there are so many processes now, the new ones behind the others. Never fewer than before. */
  grow(size: number): void {
    // The younger of two ranks has the same number of them in mind as the older when it hears of the younger.
    this.#peers.push(...this.#makePeers(this.size, size));
    // Frames that the new ones have sent already may arrive within this call.
    this.#transport.grow?.(size);
    this.#attention.grow(this.#countOthers());
  }

  /** Take in that these processes of another job can be reached from here, and reach this one. */
  introduce(worldRanks: readonly number[]): void {
    for (const worldRank of worldRanks) this.#peer(worldRank).stranger = false;
    this.#attention.grow(this.#countOthers());
  }

  /** Take in that nothing leads from here to these processes of another job any more. */
  dismiss(worldRanks: readonly number[]): void {
    for (const worldRank of worldRanks) this.#peer(worldRank).stranger = true;
    this.#peerGone(undefined);
  }

  /** Accept messages for a context; the queues of its receives. */
  open(endpoint: Endpoint): Mailbox {
    return this.receiver.open(endpoint);
  }

  /** Ask a rank whether it is in the same collective call. */
  inquire({ context, rank: source, purpose }: Endpoint, worldRank: number, tag: number): void {
    const header = { kind: FrameKind.INQUIRY, context, source, tag, purpose };
    void this.#wire.send(this.#peer(worldRank), header);
  }

  /** Note that the program looks for messages without waiting. */
  poll(): void {
    this.#attention.poll();
  }

  /** Everything that waits, oldest first. */
  operations(): PendingOperation<unknown>[] {
    const all = [...this.receiver.operations(), ...this.sender.operations()];
    return all.sort((a, b) => a.sequence - b.sequence);
  }

  /** How many frames went to each world rank. */
  framesSent(): number[] {
    return this.#peers.map((peer) => peer.framesSent);
  }

  /** How many frames came from each world rank. */
  framesReceived(): number[] {
    return this.#peers.map((peer) => peer.framesReceived);
  }

  /** A number that grows whenever a frame comes or goes, or something begins to wait. */
  get activity(): number {
    let frames = 0;
    for (const { framesSent, framesReceived } of this.#peers) frames += framesSent + framesReceived;
    return frames + this.#attention.pending.started;
  }

  /** Whether something is yet to be sent or copied, for which no frame need come. */
  get busy(): boolean {
    return this.#transport.busy === true;
  }

  /** Take in no frames for a moment, so that waiting for them keeps no process alive, or go on. */
  rest(resting: boolean): void {
    this.#attention.rest(resting);
  }

  /** Take in that a peer sends nothing after this many frames to us. */
  peerFinishing(worldRank: number, frames: number): void {
    const peer = this.#peer(worldRank);
    peer.finishAfter(frames);
    if (peer.finished) this.#peerFinished(worldRank);
  }

  /** Take in that a peer is lost; operations that need it reject with this reason. */
  peerLost(worldRank: number, reason: string): void {
    const peer = this.#peer(worldRank);
    peer.lose(reason);
    this.#peerGone(peer);
    this.#transport.forget?.(worldRank);
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

  /** Note that the ranks of a communicator are not in the same calls: if nobody hears of it before, `finalize` says so. */
  lostStep(makeError: () => unknown): void {
    this.#mistake ??= makeError;
  }

  /** Have `finalize` wait for this, until it is taken back by the function that is returned. */
  finishFirst(finishing: Finishing): () => void {
    this.#unfinished.add(finishing);
    return () => this.#unfinished.delete(finishing);
  }

  /** Start nothing more, and resolve when every send and every matched receive has ended, well or not. */
  async finalize(): Promise<void> {
    this.finalized = true;
    this.receiver.finalize();
    for (const finishing of this.#unfinished) await finishing();
    await Promise.all([this.sender.finish(), this.receiver.finish()]);
    this.#throwMistake();
  }

  /** Look once more for messages that nobody wanted, now that every rank has sent what it sends. */
  lookBack(): void {
    this.#transport.poll?.();
    this.receiver.mailboxes.noteUnread();
    this.#throwMistake();
  }

  /** Whether something is yet to come from those of whom it is known how much they have sent in all. */
  get owed(): boolean {
    this.poll();
    return this.#peers.some((peer) => peer.owes);
  }

  async close(): Promise<void> {
    this.#attention.stop();
    await this.#transport.close();
  }

  #throwMistake(): void {
    if (this.#mistake !== undefined) throw this.#mistake();
  }

  #peer(worldRank: number): Peer {
    const peer = this.#peers[worldRank];
    assert(peer !== undefined, 'there is no such rank');
    return peer;
  }

  #onFrame(source: number, header: Int32Array, payload: Uint8Array): void {
    const peer = this.#peer(source);
    peer.framesReceived += 1;
    const kind = kindOf(header);
    if (kind === FrameKind.EAGER || kind === FrameKind.RENDEZVOUS) {
      this.receiver.arrive(peer, header, payload);
    } else if (kind === FrameKind.INQUIRY) {
      const mailbox = this.receiver.mailboxes.get(contextOf(header));
      mailbox?.onInquiry?.(new Message(peer, header, payload));
    } else {
      takeReply(this, peer, kind, decodeHeader(header), payload);
    }
    if (peer.finished) this.#peerFinished(source);
  }

  #onBroken(error: Error): void {
    for (const peer of this.#peers)
      peer.lose(`messages can no longer be carried: ${error.message}`);
    for (const peer of this.#peers) this.#peerGone(peer);
  }

  #peerFinished(worldRank: number): void {
    this.#peerGone(undefined);
    // What it has no receive for is to reach it all the same, if that is accounted for.
    if (this.receiver.mailboxes.lines === undefined) this.#transport.forget?.(worldRank);
  }

  #peerGone(lost: Peer | undefined): void {
    this.#attention.others = this.#countOthers();
    this.receiver.peerGone(lost);
    this.sender.peerGone();
    this.#attention.planTick();
  }

  #countOthers(): number {
    return this.#peers.filter((peer) => peer.worldRank !== this.rank && !peer.gone).length;
  }
}
