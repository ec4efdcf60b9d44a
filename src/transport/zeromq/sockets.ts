import { createRequire } from 'node:module';
import { isIPv6 } from 'node:net';
import type { Context, Pull, Push } from 'zeromq';
import { bindTo, needsIPv6, type TcpPlace } from './binding.ts';
import {
  admissionFor,
  clientOptions,
  type Protection,
  serverOptions,
  ZAP_ENDPOINT,
} from './curve.ts';
import { Intake } from './intake.ts';

/** What the sockets of one rank are opened with. */
export interface SocketOptions {
  /** Number of ranks in the world. */
  readonly size: number;
  readonly rank: number;
  readonly bind: string | TcpPlace;
  readonly protection?: Protection | undefined;
  /** So long what was sent may take to leave after the end; else as long as an exit may be held up. */
  readonly drainMs?: number | undefined;
  /** Take in the parts of one message. What it throws ends in `onBroken`. */
  readonly onMessage: (parts: Buffer[]) => void;
  readonly onBroken: (error: Error) => void;
}

/**
 * An exit waits at most so long for messages that are on their way out.
 *
 * The addon prints a warning once an exit has waited for 500 ms, so this stays well below.
 */
const LINGER_MS = 300;

/** A peer that is not there yet is tried again after so many milliseconds, then twice as many … */
const RECONNECT_MS = 2;
/** … and so on up to this. */
const RECONNECT_MAX_MS = 100;

/** Who has connected but not proved who they are by then is cut off. */
const HANDSHAKE_MS = 5_000;

/** All ranks of a large job may connect at the same moment. */
const BACKLOG = 1024;

/** Sockets beside one for each peer. */
const OWN_SOCKETS = 16;

const DOORBELL = 'inproc://doorbell';

type Zeromq = typeof import('zeromq');

/** A CommonJS package: `import` would read all of its files twice, which takes every rank 8 ms more. */
const load = createRequire(import.meta.url);

/** The ZeroMQ side of one rank: a socket that all peers send to, and those it sends to them over. */
export class Sockets {
  /** Where peers connect to: as bound, with the port that the system chose. */
  readonly address: string;
  readonly #zeromq: Zeromq;
  readonly #context: Context;
  readonly #protection: Protection | undefined;
  readonly #pull: Pull;
  readonly #intakes: readonly Intake[];
  readonly #drainMs: number | undefined;
  /** Those that are to be empty at the end. */
  readonly #pushes = new Set<Push>();

  private constructor(
    zeromq: Zeromq,
    context: Context,
    protection: Protection | undefined,
    pull: Pull,
    address: string,
    intakes: readonly Intake[],
    drainMs: number | undefined,
  ) {
    this.#zeromq = zeromq;
    this.#context = context;
    this.#protection = protection;
    this.#pull = pull;
    this.address = address;
    this.#intakes = intakes;
    this.#drainMs = drainMs;
  }

  /** Load ZeroMQ and bind. @throws Error that says what is wrong with the address */
  static open(options: SocketOptions): Sockets {
    const { size, rank, bind, protection, drainMs } = options;
    const zeromq = load('zeromq') as Zeromq;
    // Each rank has a context of its own, since the names of inner endpoints are global to it.
    const context = new zeromq.Context({ maxSockets: Math.max(1023, size + OWN_SOCKETS) });
    const intakes: Intake[] = [];
    try {
      if (protection !== undefined) {
        const router = new zeromq.Router({ context, linger: 0 });
        const bell = new zeromq.Dealer({ context, linger: 0 });
        const answer = admissionFor(protection);
        const admit = (question: Buffer[]): Promise<void> => router.send(answer(question));
        intakes.push(new Intake(router, bell, admit, options.onBroken));
        router.bindSync(ZAP_ENDPOINT);
        bell.connect(ZAP_ENDPOINT);
      }
      const { pull, address } = bindTo(
        () =>
          new zeromq.Pull({
            context,
            linger: 0,
            backlog: BACKLOG,
            // What is to leave a peer that ends must not wait until this process looks at it.
            receiveHighWaterMark: drainMs === undefined ? 1000 : 0,
            handshakeInterval: HANDSHAKE_MS,
            ipv6: typeof bind !== 'string' && bind.addresses.some((one) => isIPv6(one)),
            ...serverOptions(protection),
          }),
        bind,
        rank,
      );
      const bell = new zeromq.Push({ context, linger: 0 });
      intakes.push(
        new Intake(pull, bell, (parts) => void options.onMessage(parts), options.onBroken),
      );
      pull.bindSync(DOORBELL);
      bell.connect(DOORBELL);
      return new Sockets(zeromq, context, protection, pull, address, intakes, drainMs);
    } catch (error) {
      for (const intake of intakes) intake.close();
      throw error;
    }
  }

  /**
   * Open a way to the peer at this address, which need not be there yet.
   *
   * Nothing bounds what it takes in: a bound would make a process that only sends wait, and so live on.
   */
  connect(address: string): Push {
    const push = new this.#zeromq.Push({
      context: this.#context,
      linger: this.#drainMs ?? LINGER_MS,
      sendHighWaterMark: 0,
      reconnectInterval: RECONNECT_MS,
      reconnectMaxInterval: RECONNECT_MAX_MS,
      handshakeInterval: HANDSHAKE_MS,
      ipv6: needsIPv6(address),
      ...clientOptions(this.#protection),
    });
    try {
      push.connect(address);
    } catch (error) {
      push.close();
      throw error;
    }
    if (this.#drainMs !== undefined) {
      for (const other of this.#pushes) if (other.closed) this.#pushes.delete(other);
      this.#pushes.add(push);
    }
    return push;
  }

  /**
   * Take messages in, or leave them where they are.
   *
   * Only in the first case is anybody admitted, since to answer keeps the process alive as well. Who
   * comes meanwhile tries again.
   */
  listen(wanted: boolean): void {
    for (const intake of this.#intakes) intake.listen(wanted);
  }

  /** Resolve once all that is sent has left, if that is to be awaited. To be called before the sockets for it are closed. */
  async released(): Promise<void> {
    await Promise.all([...this.#pushes].map(release));
  }

  /** Close what receives, and resolve once the address is free. A socket file stays behind, as ZeroMQ does it. */
  async close(): Promise<void> {
    const released = release(this.#pull);
    for (const intake of this.#intakes) intake.close();
    await released;
  }
}

/**
 * Resolve once ZeroMQ's own threads have let go of a socket that is about to be closed.
 *
 * Until then they go on accepting peers, whose messages are lost with it, or send what was not sent.
 */
async function release(socket: Pull | Push): Promise<void> {
  if (socket.closed) return;
  try {
    for await (const { type } of socket.events) if (type === 'end') return;
  } catch {
    // Without anybody to tell it, the address is free a moment later.
  }
}
