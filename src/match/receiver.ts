import type { TypedArray } from '../base/array-kind.ts';
import type { Clock } from '../base/clock.ts';
import type { Endpoint } from './endpoint.ts';
import { type Envelope, matches } from './envelope.ts';
import { contextOf, DISCARD, FrameKind, type Header, READY, WANTS_ACK, YES } from './frame.ts';
import { gonePeer } from './gone-peer.ts';
import type { Limits } from './limits.ts';
import type { Mailbox } from './mailbox.ts';
import { Mailboxes } from './mailboxes.ts';
import { Message } from './message.ts';
import { nearMiss } from './near-miss.ts';
import type { EngineParts } from './parts.ts';
import type { Peer } from './peer.ts';
import { PendingBuffers } from './pending-buffers.ts';
import type { PendingCount } from './pending-count.ts';
import { ProbeOperation } from './probe-operation.ts';
import { ReceiveOperation, type ReceiveOwner } from './receive-operation.ts';
import { Transfers } from './transfers.ts';
import type { Wire } from './wire.ts';

/**
 * The receiving half of an engine: the only owner of posted receives and unexpected messages.
 *
 * An arriving message goes to the oldest posted receive that accepts it; else to the probes that wait
 * for it; else it is queued. @see MPI-4.1 §3.5
 */
export class Receiver implements ReceiveOwner {
  /** The data of matched messages that is yet to come. */
  readonly transfers: Transfers;
  readonly mailboxes: Mailboxes;
  readonly #wire: Wire;
  readonly #peers: readonly Peer[];
  readonly #clock: Clock;
  readonly #pending: PendingCount;
  readonly #buffers = new PendingBuffers();
  /** Whether any peer has finished or was lost. */
  #anyGone = false;

  constructor({ wire, peers, clock, pending, spare, lines }: EngineParts) {
    this.#wire = wire;
    this.#peers = peers;
    this.#clock = clock;
    this.#pending = pending;
    this.transfers = new Transfers(wire, spare);
    this.mailboxes = new Mailboxes(lines);
  }

  /** Accept messages for a context. */
  open(endpoint: Endpoint): Mailbox {
    const { mailbox, early } = this.mailboxes.open(endpoint);
    for (const message of early) this.#arriveEarly(mailbox, message);
    return mailbox;
  }

  /** Drop what lies unread, and from now on each message for which nothing waits. */
  refuse(mailbox: Mailbox): void {
    for (const message of this.mailboxes.refuse(mailbox)) this.#takeOff(message);
  }

  /**
   * Accept no more messages for a context: all its ranks have given it up. What is left unread there is
   * dropped, once the receives that were posted have ended.
   */
  async close(mailbox: Mailbox): Promise<void> {
    const left = await this.mailboxes.close(mailbox, () => this.operations());
    for (const message of left) this.#takeOff(message);
  }

  /**
   * Start a receive.
   *
   * @param limits  undefined if it may wait for ever
   * @throws MpiError `ERR_BUFFER` if `into` overlaps that of a pending receive
   */
  receive(mailbox: Mailbox, receive: ReceiveOperation, limits: Limits | undefined): void {
    const { into } = receive;
    if (into !== undefined) this.#lock(receive, into);
    const message = mailbox.unexpected.find(receive);
    if (message !== undefined) {
      mailbox.unexpected.remove(message);
      this.#match(receive, message, limits);
    } else {
      mailbox.posted.post(receive);
    }
    this.#wait(receive, limits);
  }

  /** Receive a message that a matched probe took. */
  receiveTaken(
    mailbox: Mailbox,
    message: Message,
    into: TypedArray | undefined,
    limits: Limits | undefined,
  ): ReceiveOperation {
    const { source, tag } = message;
    const receive = new ReceiveOperation(this, mailbox.endpoint, source, tag, into);
    if (into !== undefined) this.#lock(receive, into);
    this.#match(receive, message, limits);
    this.#wait(receive, limits);
    return receive;
  }

  /** Wait for a message; take it out of the queue if `takes`. */
  probe<T>(
    mailbox: Mailbox,
    wanted: Envelope,
    takes: boolean,
    show: (message: Message) => T,
    limits: Limits | undefined,
  ): ProbeOperation<T> {
    const { endpoint, probes } = mailbox;
    const probe = new ProbeOperation(endpoint, probes, wanted, takes, show);
    const message = mailbox.look(wanted, takes);
    if (message !== undefined) {
      probe.found(message);
    } else {
      probes.add(probe);
    }
    this.#wait(probe, limits);
    return probe;
  }

  /** Take in EAGER or RENDEZVOUS. */
  arrive(peer: Peer, header: Int32Array, payload: Uint8Array): void {
    const context = contextOf(header);
    const mailbox = this.mailboxes.get(context);
    const message = new Message(peer, header, payload);
    const receive = mailbox?.posted.take(message);
    if (receive !== undefined) this.#match(receive, message);
    else if (mailbox !== undefined) this.#arriveEarly(mailbox, message);
    else if (!this.mailboxes.keepEarly(context, message)) this.#takeOff(message);
  }

  /** Take in a message before its receive. */
  #arriveEarly(mailbox: Mailbox, message: Message): void {
    const { peer, payload } = message;
    if ((message.flags & READY) !== 0) {
      if (payload !== undefined) this.#wire.returnCredit(peer, message.bytes);
      void this.#wire.send(peer, { kind: FrameKind.NOT_READY, id: message.id });
      return;
    }
    message.keepPayload();
    if (mailbox.refuses?.(message) === true) {
      this.#takeOff(message);
      return;
    }
    for (const probe of [...mailbox.probes]) {
      if (!matches(probe, message)) continue;
      probe.found(message);
      if (probe.takes) return;
    }
    mailbox.unexpected.add(message);
  }

  /** Take in CANCEL: forget the message unless it was matched. */
  cancelMessage(peer: Peer, header: Header): void {
    const unread = this.mailboxes.unread(header.context);
    let flags = 0;
    for (const message of unread) {
      if (message.peer !== peer || message.id !== header.id) continue;
      unread.remove(message);
      if (message.payload !== undefined) this.#wire.returnCredit(peer, message.bytes);
      flags = YES;
      break;
    }
    void this.#wire.send(peer, { kind: FrameKind.CANCELLED, id: header.id, flags });
  }

  /** Fail what can no longer complete now that a peer has finished, or was lost. */
  peerGone(lost: Peer | undefined): void {
    this.#anyGone = true;
    for (const operation of [...this.operations()]) this.#failIfGone(operation, lost);
  }

  /** Fail everything that waits: there is nobody left who could let it go on. */
  deadEnd(): void {
    for (const operation of [...this.operations()]) {
      if (operation instanceof ReceiveOperation) this.unpost(operation);
      operation.failHopeless(this.#peers.length === 1);
    }
  }

  /** Give up what a collective call that failed still waits for. */
  forget(endpoint: Endpoint): void {
    for (const operation of [...this.operations()]) {
      if (operation.endpoint === endpoint) void operation.cancel();
    }
  }

  /** Everything that waits here. */
  *operations(): Generator<ReceiveOperation | ProbeOperation> {
    yield* this.mailboxes.operations();
    yield* this.transfers.operations();
  }

  /** Fail the receives and probes that nothing was matched with, because this rank finalizes. */
  finalize(): void {
    for (const operation of [...this.operations()]) {
      // A collective call is one of those that `finalize` waits for.
      if (operation.endpoint.purpose !== undefined) continue;
      if (operation instanceof ReceiveOperation) {
        if (operation.message !== undefined) continue;
        this.unpost(operation);
        this.mailboxes.lines?.noteReceive(operation);
      }
      operation.failFinalized();
    }
  }

  /** Resolve once the data of every matched receive is here, or will never be. */
  async finish(): Promise<void> {
    for (;;) {
      const [operation] = this.operations();
      if (operation === undefined) return;
      await operation.request.catch(() => {});
    }
  }

  unpost(receive: ReceiveOperation): boolean {
    const mailbox = this.mailboxes.get(receive.endpoint.context);
    return receive.message === undefined && mailbox?.posted.remove(receive) === true;
  }

  release(into: TypedArray): void {
    this.#buffers.remove(into);
  }

  nearMiss(operation: ReceiveOperation | ProbeOperation): string {
    const { context } = operation.endpoint;
    const here = nearMiss(operation, this.mailboxes.unread(context));
    return (here || this.mailboxes.elsewhere(operation)) + this.mailboxes.hint(operation);
  }

  /** Take the array of a receive until that has ended. */
  #lock(receive: ReceiveOperation, into: TypedArray): void {
    if (this.#buffers.add(into)) return;
    throw receive.error(
      'ERR_BUFFER',
      'into overlaps the array of another pending receive; give each its own, or await the first',
    );
  }

  #wait(operation: ReceiveOperation | ProbeOperation, limits: Limits | undefined): void {
    if (this.#anyGone) this.#failIfGone(operation);
    if (operation.settled) return;
    operation.countIn(this.#pending);
    if (limits !== undefined) operation.limit(limits, this.#clock);
  }

  /** @param limits  those that the receive will get, if it was started just now */
  #match(receive: ReceiveOperation, message: Message, limits?: Limits): void {
    const { payload } = message;
    const { purpose } = receive.endpoint;
    if (purpose !== undefined && (purpose.what !== message.what || purpose.hash !== message.hash)) {
      this.#takeOff(message);
      receive.fail(() => purpose.mismatch(message.source, message.what, message.hash));
      return;
    }
    receive.accept(message);
    if (payload !== undefined) {
      this.#takeOff(message);
      receive.deliver(message, payload);
      return;
    }
    const trouble = receive.misfit;
    if (trouble !== undefined) {
      this.#takeOff(message);
      receive.fail(() => receive.error(trouble.code, trouble.text));
      return;
    }
    this.transfers.fetch(receive, message, limits === undefined && !receive.limited);
  }

  /** Take a message off its sender's hands; data that is still there is not wanted. */
  #takeOff({ peer, id, flags, payload, bytes }: Message): void {
    if (payload === undefined) {
      void this.#wire.send(peer, { kind: FrameKind.CLEAR_TO_SEND, id, flags: DISCARD });
      return;
    }
    this.#wire.returnCredit(peer, bytes);
    if ((flags & WANTS_ACK) !== 0) void this.#wire.send(peer, { kind: FrameKind.ACK, id });
  }

  /** @param lost  the peer that was lost just now */
  #failIfGone(operation: ReceiveOperation | ProbeOperation, lost?: Peer): void {
    if (operation.settled) return;
    const gone = gonePeer(this.#peers, operation, lost);
    if (gone === undefined) return;
    if (operation instanceof ReceiveOperation) this.unpost(operation);
    const hint = operation.endpoint.purpose === undefined ? this.nearMiss(operation) : '';
    operation.fail(() => gone.goneError(operation.endpoint, operation.userCall, hint));
  }
}
