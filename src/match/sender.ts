import type { Clock } from '../base/clock.ts';
import { copyOf, encode, type Payload, STRUCTURED } from '../codec/payload.ts';
import { Request } from '../request/request.ts';
import { LONGEST_TAKEN_BYTES } from '../transport/transport.ts';
import type { Endpoint } from './endpoint.ts';
import { DISCARD, FrameKind, type Header, READY, WANTS_ACK, YES } from './frame.ts';
import type { Limits } from './limits.ts';
import type { EngineParts } from './parts.ts';
import type { Peer } from './peer.ts';
import type { PendingCount } from './pending-count.ts';
import { Recalls } from './recalls.ts';
import { type SendMode, SendOperation, type SendOwner, type SendTarget } from './send-operation.ts';
import type { SpareMemory } from './spare-memory.ts';
import type { Wire } from './wire.ts';

/** Standard sends up to this size do not wait for their receiver. */
export const DEFAULT_EAGER_BYTES: number = 32 * 1024;

/**
 * The sending half of an engine.
 *
 * A message up to the eager limit goes out at once, data and all, as long as the receiver's credit
 * lasts. Any other goes by rendezvous: its envelope at once, in its turn, and its data when a receive
 * was matched with it. So order holds between the two, and what may lie unread is bounded in bytes.
 */
export class Sender implements SendOwner {
  readonly #wire: Wire;
  readonly #peers: readonly Peer[];
  readonly #clock: Clock;
  readonly #pending: PendingCount;
  readonly #spare: SpareMemory;
  readonly #eagerBytes: number;
  readonly #waiting = new Map<number, SendOperation>();
  /** Matched sends whose data the transport has not taken as a whole. */
  readonly #leaving = new Set<SendOperation>();
  readonly #recalls = new Recalls();
  #nextId = 1;

  /** @param eagerBytes  0: every send waits for its match; Infinity: none does, whatever piles up */
  constructor({ wire, peers, clock, pending, spare }: EngineParts, eagerBytes: number) {
    this.#wire = wire;
    this.#peers = peers;
    this.#clock = clock;
    this.#pending = pending;
    this.#spare = spare;
    // Not even an empty message is eager then.
    this.#eagerBytes = eagerBytes === 0 ? -1 : eagerBytes;
  }

  /**
   * Start a send.
   *
   * @param limits  undefined if it may wait for ever
   * @throws MpiError `ERR_TYPE` if the value cannot be sent
   */
  send(
    endpoint: Endpoint,
    dest: number,
    tag: number,
    mode: SendMode,
    value: unknown,
    limits: Limits | undefined,
  ): Request<void> {
    const peer = this.#peers[endpoint.worldRank(dest)] as Peer;
    const payload = encode(value);
    const { dataKind, bytes } = payload;
    const eager = bytes.length <= this.#eagerBytes && peer.takeCredit(bytes.length);
    if (eager && bytes.length <= LONGEST_TAKEN_BYTES && mode === 'standard') {
      // So it goes with most messages, and then it is over when this returns.
      void this.#wire.sendEager(peer, dataKind, endpoint, tag, bytes);
      return SENT;
    }
    return this.#sendFurther(endpoint, peer, { dest, tag, mode }, payload, eager, limits);
  }

  /** Start a send that is not over at once, or leaves memory to copy. */
  #sendFurther(
    endpoint: Endpoint,
    peer: Peer,
    target: SendTarget,
    encoded: Payload,
    eager: boolean,
    limits: Limits | undefined,
  ): Request<void> {
    let payload = encoded;
    const size = payload.bytes.length;
    // What the transport or this side needs for longer than this call lasts must not be lent memory.
    if (!eager || size > LONGEST_TAKEN_BYTES) payload = this.#ownIfLent(payload, target);
    const { dataKind, bytes } = payload;
    if (eager && (target.mode === 'standard' || target.mode === 'buffered')) {
      return sent(this.#wire.sendEager(peer, dataKind, endpoint, target.tag, bytes));
    }

    const id = this.#newId();
    const kept = eager ? undefined : payload;
    // A send that gives up leaves its memory to the user, while the receiver may still be at it.
    const lasts = limits === undefined;
    void this.#wire.send(
      peer,
      {
        kind: eager ? FrameKind.EAGER : FrameKind.RENDEZVOUS,
        dataKind,
        flags: flagsOf(target, eager),
        context: endpoint.context,
        source: endpoint.rank,
        tag: target.tag,
        id,
        bytes: size,
        purpose: endpoint.signature,
        address: kept !== undefined && lasts ? this.#wire.expose(peer, bytes) : undefined,
      },
      eager ? bytes : undefined,
    );
    const send = new SendOperation(this, endpoint, target, peer, id, kept);
    this.#waiting.set(id, send);
    send.countIn(this.#pending);
    if (peer.gone) this.#failGone(send);
    if (target.mode === 'buffered') {
      // The buffered send is over for the user; the operation goes on with its copy.
      Request.expectFailure(send.request);
      return sent(undefined);
    }
    if (limits !== undefined) send.limit(limits, this.#clock);
    return send.request;
  }

  /** Take in CLEAR_TO_SEND: send the data. */
  clearToSend(peer: Peer, header: Header): void {
    const send = this.#matched(header.id);
    if (send?.payload === undefined) return;
    if ((header.flags & DISCARD) !== 0) {
      this.#complete(send);
      return;
    }
    const { otherId } = header;
    const done = this.#wire.send(peer, { kind: FrameKind.DATA, otherId }, send.payload.bytes);
    if (done === undefined) {
      this.#complete(send);
      return;
    }
    this.#leaving.add(send);
    void done.then(() => this.#complete(send));
  }

  /** Take in HELP: the data is being pulled, and this side is to copy a part of it as well. */
  help(peer: Peer, { id, address }: Header): void {
    const payload = this.#waiting.get(id)?.payload;
    if (payload !== undefined && address !== undefined) {
      this.#wire.push(peer, address, payload.bytes);
    }
  }

  /** Take in ACK: matched, and the data is there or was pulled. */
  acknowledged(header: Header): void {
    const send = this.#matched(header.id);
    if (send !== undefined) this.#complete(send);
  }

  /** Take in NOT_READY: a ready send came before its receive. */
  notReady(header: Header): void {
    const send = this.#matched(header.id);
    send?.fail(() =>
      send.error(
        'ERR_READY',
        'no matching receive was posted yet, and the message was dropped; post the receive first, or use mode standard',
      ),
    );
  }

  /** Take in CANCELLED. */
  cancelled(header: Header): void {
    const undone = (header.flags & YES) !== 0;
    if (undone) this.#waiting.delete(header.id);
    this.#recalls.answer(header.id, undone);
  }

  recall(send: SendOperation): Promise<boolean> {
    if (!this.#waiting.has(send.id)) return Promise.resolve(false);
    if (send.peer.gone) {
      this.#waiting.delete(send.id);
      return Promise.resolve(true);
    }
    // A cancel that was not answered yet when time ran out: one answer serves both.
    const underWay = this.#recalls.of(send.id);
    if (underWay !== undefined) return underWay;
    const { context } = send.endpoint;
    void this.#wire.send(send.peer, { kind: FrameKind.CANCEL, id: send.id, context });
    return this.#recalls.begin(send.id, send.peer);
  }

  /** Fail what can no longer complete now that a peer is gone. */
  peerGone(): void {
    for (const send of [...this.#waiting.values()]) {
      if (!send.peer.gone) continue;
      this.#failGone(send);
      this.#recalls.answer(send.id, true);
    }
    for (const send of [...this.#leaving].filter(({ peer }) => peer.gone)) {
      // It does not finish before all that it matched is there.
      send.peer.lost ? this.#failGone(send) : this.#complete(send);
    }
    this.#recalls.peerGone();
  }

  /** Fail everything that waits: there is nobody left who could let it go on. */
  deadEnd(): void {
    const alone = this.#peers.length === 1;
    for (const send of [...this.operations()]) send.failHopeless(alone);
    this.#waiting.clear();
    this.#leaving.clear();
  }

  /** Give up what a collective call that failed still sends. */
  forget(endpoint: Endpoint): void {
    for (const send of [...this.operations()]) if (send.endpoint === endpoint) send.endCancelled();
  }

  /** Everything that waits here. */
  *operations(): Generator<SendOperation> {
    for (const send of this.#waiting.values()) if (!send.settled) yield send;
    for (const send of this.#leaving) if (!send.settled) yield send;
  }

  /** Resolve once every send has ended, well or not, and it is known which were undone. */
  async finish(): Promise<void> {
    for (;;) {
      const [send] = this.operations();
      const recall = this.#recalls.next();
      if (send !== undefined) await send.request.catch(() => {});
      else if (recall !== undefined) await recall;
      else return;
    }
  }

  /** Give a message memory of its own, unless it lies in that of a user who waits for it. */
  #ownIfLent(payload: Payload, { mode }: SendTarget): Payload {
    const { dataKind, bytes } = payload;
    if (dataKind === STRUCTURED) return { dataKind, bytes: this.#spare.copyOf(bytes) };
    return mode === 'buffered' ? { dataKind, bytes: copyOf(bytes) } : payload;
  }

  /** The receiver has the data, or does not want it. */
  #complete(send: SendOperation): void {
    const { payload } = send;
    this.#leaving.delete(send);
    send.complete(undefined);
    send.payload = undefined;
    if (payload?.dataKind === STRUCTURED) this.#spare.give(payload.bytes);
  }

  #newId(): number {
    const id = this.#nextId;
    this.#nextId = (id + 1) >>> 0 || 1;
    return id;
  }

  /** Take out the send that a reply is about: its message is matched, and cannot be recalled. */
  #matched(id: number): SendOperation | undefined {
    const send = this.#waiting.get(id);
    this.#waiting.delete(id);
    return send;
  }

  #failGone(send: SendOperation): void {
    this.#waiting.delete(send.id);
    this.#leaving.delete(send);
    send.fail(() => send.peer.goneError(send.endpoint, send.userCall));
  }
}

function flagsOf({ mode }: SendTarget, eager: boolean): number {
  if (mode === 'ready') return eager ? READY | WANTS_ACK : READY;
  return eager && mode === 'synchronous' ? WANTS_ACK : 0;
}

/** The request of every send that is complete when it returns: nothing sets one apart from another. */
const SENT: Request<void> = new Request<void>();
Request.complete(SENT, undefined);

/** The request of a send that needs nothing from its receiver. */
function sent(done: Promise<void> | undefined): Request<void> {
  if (done === undefined) return SENT;
  const request = new Request<void>();
  void done.then(() => Request.complete(request, undefined));
  return request;
}
