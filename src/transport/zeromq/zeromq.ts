import type { Push } from 'zeromq';
import { MpiError } from '../../base/error.ts';
import type { Frame, Transport, TransportEvents } from '../transport.ts';
import { BatchReader } from './batch.ts';
import type { TcpPlace } from './binding.ts';
import type { Protection } from './curve.ts';
import { Outbox } from './outbox.ts';
import { Sockets } from './sockets.ts';

/** How one rank joins its peers over ZeroMQ. */
export interface ZeromqOptions {
  readonly rank: number;
  readonly size: number;
  /** Where this rank accepts frames: an address as ZeroMQ writes it, `ipc:///folder/2`, or a place in the network. */
  readonly bind: string | TcpPlace;
  /** The address of a peer; asked once, on first use. */
  readonly addressOf: (rank: number) => string | Promise<string>;
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
  #opening: Promise<Sockets> | undefined;
  #sockets: Sockets | undefined;
  #wanted = false;
  #closing: Promise<void> | undefined;

  constructor(options: ZeromqOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
    this.#reader = new BatchReader(options.size, (source, header, payload) => {
      // One of the frames before this one may have been the reason to close.
      if (this.#closing === undefined) events.onFrame(source, header, payload);
    });
  }

  reach(rank: number): boolean {
    const { rank: own, size } = this.#options;
    return rank >= 0 && rank < size && rank !== own;
  }

  send(rank: number, frame: Frame): undefined {
    if (this.#closing !== undefined) return;
    let outbox = this.#outboxes[rank];
    if (outbox === undefined) {
      outbox = new Outbox(
        this.#options.rank,
        () => this.#connect(rank),
        (error) => this.#fail(error),
      );
      this.#outboxes[rank] = outbox;
    }
    outbox.add(frame);
  }

  listen(wanted: boolean): void {
    if (wanted === this.#wanted || this.#closing !== undefined) return;
    this.#wanted = wanted;
    if (this.#sockets !== undefined) this.#sockets.listen(wanted);
    else if (wanted) this.#open().catch((error: Error) => this.#fail(error));
  }

  /** Open this rank's side, and tell the address that peers connect to. */
  async address(): Promise<string> {
    return (await this.#open()).address;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const outbox of this.#outboxes) outbox?.close();
    const sockets = await this.#opening?.catch(() => undefined);
    await sockets?.close();
  }

  async #connect(rank: number): Promise<Push> {
    const sockets = await this.#open();
    return sockets.connect(await this.#options.addressOf(rank));
  }

  #open(): Promise<Sockets> {
    this.#opening ??= this.#openSockets().catch((error: Error) => {
      throw this.#described(error);
    });
    return this.#opening;
  }

  async #openSockets(): Promise<Sockets> {
    const { size, rank, bind, protection } = this.#options;
    if (this.#closing !== undefined) throw new Error('the transport is closed');
    const sockets = await Sockets.open({
      size,
      rank,
      bind,
      protection,
      onMessage: (parts) => this.#reader.read(parts),
      onBroken: (error) => this.#fail(error),
    });
    // Whoever closes meanwhile waits for this, and closes them then.
    if (this.#closing === undefined) {
      this.#sockets = sockets;
      sockets.listen(this.#wanted);
    }
    return sockets;
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
