import type { Push } from 'zeromq';
import { MpiError } from '../../base/error.ts';
import type { Frame, Transport, TransportEvents } from '../transport.ts';
import { BatchReader } from './batch-reader.ts';
import type { TcpPlace } from './binding.ts';
import type { Protection } from './curve.ts';
import { Outbox } from './outbox.ts';
import { Sockets } from './sockets.ts';

/** How one rank joins its peers over ZeroMQ. */
export interface ZeromqOptions {
  readonly rank: number;
  /** Number of ranks at the beginning. */
  readonly size: number;
  /** Which of the other ranks it is meant for; all if left out. */
  readonly serves?: ((rank: number) => boolean) | undefined;
  /** Where this rank accepts frames: an address as ZeroMQ writes it, `ipc:///folder/2`, or a place in the network. */
  readonly bind: string | TcpPlace;
  /** The address of a peer; asked once, on first use. */
  readonly addressOf: (rank: number) => string | Promise<string>;
  /** The number by which a peer knows this rank; `rank` if left out. */
  readonly knownAs?: ((peer: number) => number) | undefined;
  /**
   * Have `close` wait up to so many milliseconds until the hosts of the peers have all that was sent, however long the peers take to
   * look at it. Left out where they have it for certain by then.
   */
  readonly drainMs?: number | undefined;
  /** Encrypt, and admit only who holds the same keys. Needed wherever the address is not private by itself. */
  readonly protection?: Protection | undefined;
}

/**
 * Frames over ZeroMQ: each rank pulls from one socket and pushes to each peer over one of its own.
 *
 * Sockets are made, and the addon is loaded, on first use. PUSH waits where ROUTER would drop.
 */
export class ZeromqTransport implements Transport {
  readonly name = 'zeromq';
  readonly #options: ZeromqOptions;
  readonly #events: TransportEvents;
  readonly #reader: BatchReader;
  readonly #outboxes: (Outbox | undefined)[] = [];
  #size: number;
  #sockets: Sockets | undefined;
  #wanted = false;
  #telling = false;
  #closing: Promise<void> | undefined;

  constructor(options: ZeromqOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
    this.#size = options.size;
    this.#reader = new BatchReader(options.size, {
      onFrame: (source, header, payload) => {
        // One of the frames before this one may have been the reason to close.
        if (this.#closing === undefined) events.onFrame(source, header, payload);
      },
      land: (source, header, bytes) => events.land?.(source, header, bytes),
      tell: (source, pieces) => this.#outbox(source).tell(pieces),
      taken: (source, pieces) => {
        this.#outbox(source).taken(pieces);
        this.#listen();
      },
    });
  }

  reach(rank: number): boolean {
    const { rank: own, serves } = this.#options;
    return rank >= 0 && rank < this.#size && rank !== own && (serves?.(rank) ?? true);
  }

  grow(size: number): void {
    this.#size = size;
    try {
      this.#reader.grow(size);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  send(rank: number, frame: Frame): Promise<void> | undefined {
    if (this.#closing !== undefined) return undefined;
    const done = this.#outbox(rank).add(frame);
    if (done !== undefined) this.#listen();
    return done;
  }

  listen(wanted: boolean): void {
    if (wanted === this.#wanted || this.#closing !== undefined) return;
    this.#wanted = wanted;
    this.#listen();
  }

  /** Send nothing more to this rank, which is gone. */
  forget(rank: number): void {
    this.#outboxes[rank]?.forget();
    if (this.#closing === undefined) this.#listen();
  }

  /** Send nothing more to this rank, once what was sent has left. */
  finish(rank: number): void {
    const outbox = this.#outboxes[rank];
    void outbox?.drain().then(() => outbox.close());
  }

  /** Open this rank's side, and tell the address that peers connect to. @throws MpiError if it cannot be had */
  address(): string {
    return this.#open().address;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { drainMs } = this.#options;
    if (drainMs !== undefined) await this.#drain(drainMs);
    const released = this.#sockets?.released();
    for (const outbox of this.#outboxes) outbox?.close();
    await this.#sockets?.close();
    await released;
  }

  async #drain(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([late, Promise.all(this.#outboxes.map((outbox) => outbox?.drain()))]);
    clearTimeout(timer);
  }

  /** Read while frames are wanted, or a peer is yet to tell that it has what was sent. */
  #listen(): void {
    const reads = this.#wanted || this.#outboxes.some((outbox) => outbox?.awaitsPeer);
    if (this.#sockets !== undefined) this.#sockets.listen(reads);
    else if (reads) this.#tryToOpen();
  }

  #outbox(rank: number): Outbox {
    return this.#outboxes[rank] ?? this.#newOutbox(rank);
  }

  #newOutbox(rank: number): Outbox {
    const { rank: own, knownAs } = this.#options;
    const outbox = new Outbox(
      knownAs?.(rank) ?? own,
      () => this.#connect(rank),
      (error) => this.#fail(error),
    );
    this.#outboxes[rank] = outbox;
    return outbox;
  }

  async #connect(rank: number): Promise<Push> {
    const sockets = this.#open();
    return sockets.connect(await this.#options.addressOf(rank));
  }

  #tryToOpen(): void {
    try {
      this.#open();
    } catch (error) {
      // Whoever asks for frames is not to be told by this call.
      queueMicrotask(() => this.#fail(error as Error));
    }
  }

  #open(): Sockets {
    if (this.#sockets !== undefined) return this.#sockets;
    const { rank, bind, protection, drainMs } = this.#options;
    try {
      if (this.#closing !== undefined) throw new Error('the transport is closed');
      this.#sockets = Sockets.open({
        size: this.#size,
        rank,
        bind,
        protection,
        drainMs,
        onMessage: (parts) => this.#onMessage(parts),
        onBroken: (error) => this.#fail(error),
      });
    } catch (error) {
      throw this.#described(error as Error);
    }
    this.#listen();
    return this.#sockets;
  }

  #onMessage(parts: Buffer[]): void {
    this.#reader.read(parts);
    if (!this.#reader.tells || this.#telling) return;
    this.#telling = true;
    // Not at once, so that one message tells of several pieces, if as many come in this turn.
    setImmediate(() => {
      this.#telling = false;
      if (this.#closing === undefined) this.#reader.tellAll();
    });
  }

  #fail(error: Error): void {
    if (this.#closing !== undefined) return;
    void this.close();
    this.#events.onBroken(this.#described(error));
  }

  #described(error: Error): MpiError {
    if (error instanceof MpiError) return error;
    const { rank } = this.#options;
    return new MpiError('ERR_OTHER', `rank ${rank}: ${error.message}`, { rank, cause: error });
  }
}
