import type { Context, Pull, Push } from 'zeromq';
import type { Frame, Transport, TransportEvents } from '../transport.ts';
import { readBatch } from './batch.ts';
import { admitOnly, type CurveKeys, clientOptions, serverOptions } from './curve.ts';
import { Outbox } from './outbox.ts';

/** How one rank joins its peers over ZeroMQ. */
export interface ZeromqOptions {
  readonly rank: number;
  readonly size: number;
  /** Where this rank accepts frames: `ipc:///folder/2`, or `tcp://127.0.0.1:*` for a port of the system's choice. */
  readonly bind: string;
  /** The address of a peer; asked once, on first use. */
  readonly addressOf: (rank: number) => string | Promise<string>;
  /** Encrypt, and admit only who holds the same keys. Needed wherever the address is not private by itself. */
  readonly keys?: CurveKeys | undefined;
}

/** An exit waits at most so long for frames that are on their way out. */
const LINGER_MS = 500;

/** A peer that is not there yet is tried again after so many milliseconds, doubling up to the second. */
const RECONNECT_MS = 2;
const RECONNECT_MAX_MS = 100;

const DOORBELL = 'inproc://doorbell';

type Zeromq = typeof import('zeromq');

/** The sockets that exist once something is sent or wanted. */
interface Opened {
  readonly zeromq: Zeromq;
  readonly context: Context;
  readonly pull: Pull;
  /** Sends this rank an empty message, which ends a wait for frames. */
  readonly doorbell: Push;
  readonly address: string;
  readonly close: () => void;
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
  readonly #outboxes: (Outbox | undefined)[] = [];
  #opened: Promise<Opened> | undefined;
  #wanted = false;
  #receiving = false;
  #closed = false;

  constructor(options: ZeromqOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
  }

  reach(rank: number): boolean {
    return rank !== this.#options.rank && rank < this.#options.size;
  }

  send(rank: number, frame: Frame): undefined {
    let outbox = this.#outboxes[rank];
    if (outbox === undefined) {
      outbox = new Outbox(this.#options.rank, () => this.#connect(rank), this.#events.onBroken);
      this.#outboxes[rank] = outbox;
    }
    outbox.add(frame);
  }

  listen(wanted: boolean): void {
    if (wanted === this.#wanted || this.#closed) return;
    this.#wanted = wanted;
    if (wanted && !this.#receiving) {
      this.#receiving = true;
      this.#receive().catch((error: Error) => this.#fail(error));
    } else if (!wanted && this.#receiving) {
      this.#ring().catch((error: Error) => this.#fail(error));
    }
  }

  /** Open this rank's side, and tell the address that peers connect to. */
  async address(): Promise<string> {
    return (await this.#open()).address;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const outbox of this.#outboxes) outbox?.close();
    (await this.#opened?.catch(() => undefined))?.close();
  }

  async #receive(): Promise<void> {
    const { pull } = await this.#open();
    while (this.#wanted && !this.#closed) {
      const parts = await pull.receive();
      const isBell = parts.length === 1 && parts[0]?.length === 0;
      if (!isBell && !this.#closed) readBatch(parts, this.#events.onFrame);
    }
    this.#receiving = false;
  }

  async #ring(): Promise<void> {
    const { doorbell } = await this.#open();
    await doorbell.send('');
  }

  async #connect(rank: number): Promise<Push> {
    const { zeromq, context } = await this.#open();
    const push = new zeromq.Push({
      context,
      linger: LINGER_MS,
      reconnectInterval: RECONNECT_MS,
      reconnectMaxInterval: RECONNECT_MAX_MS,
      ...clientOptions(this.#options.keys),
    });
    push.connect(await this.#options.addressOf(rank));
    return push;
  }

  #open(): Promise<Opened> {
    this.#opened ??= this.#openSockets();
    return this.#opened;
  }

  async #openSockets(): Promise<Opened> {
    const { bind, keys } = this.#options;
    const zeromq = await import('zeromq');
    const context = new zeromq.Context();
    const admission = keys === undefined ? undefined : await admitOnly(keys, zeromq, context);
    const pull = new zeromq.Pull({ context, linger: 0, ...serverOptions(keys) });
    const doorbell = new zeromq.Push({ context, linger: 0 });
    await pull.bind(bind);
    const address = pull.lastEndpoint ?? bind;
    await pull.bind(DOORBELL);
    doorbell.connect(DOORBELL);
    const close = (): void => {
      pull.close();
      doorbell.close();
      admission?.close();
    };
    if (this.#closed) close();
    return { zeromq, context, pull, doorbell, address, close };
  }

  #fail(error: Error): void {
    if (!this.#closed) this.#events.onBroken(error);
  }
}
