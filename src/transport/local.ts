import { Fifo } from '../base/fifo.ts';
import { type Random, seededRandom } from '../base/random.ts';
import { LocalCopy } from './local-copy.ts';
import type { Frame, Pulling, Transport, TransportEvents } from './transport.ts';

/** How a network inside one process behaves. */
export interface LocalNetworkOptions {
  /** Number of ranks at the beginning. */
  readonly size: number;
  /** The same seed gives the same order of deliveries for the same program. */
  readonly seed: number;
  /** Run a callback in a later turn of the event loop: one delivery is made in each. */
  readonly schedule: (callback: () => void) => void;
  /** Now and then payloads may be pulled by their receiver, as on ranks that share a machine. */
  readonly exposes?: boolean | undefined;
  /** Told of every delivery. */
  readonly onDelivery?: () => void;
}

/** In place of the events of a rank that has left. */
const CLOSED: TransportEvents = { onFrame: () => {}, onBroken: () => {} };

/** Channels are numbered by their source and this many destinations. */
const MOST_RANKS = 2 ** 25;

/** The most frames that one turn delivers over one channel. */
const LONGEST_BURST = 4;

/**
 * A network between ranks inside one process, for tests and simulation.
 *
 * Each ordered pair of ranks has a channel that keeps its order. In every turn of the event loop the
 * seeded source picks one channel that holds frames and delivers a burst of them. So a receiver may see
 * the frames of different senders in any order, with any delay against what the ranks compute.
 */
export class LocalNetwork {
  readonly #options: LocalNetworkOptions;
  readonly #random: Random;
  readonly #events: (TransportEvents | undefined)[] = [];
  /** How many ranks each rank knows of. */
  readonly #known: number[] = [];
  /** Channels that hold frames, in the order in which they became busy. */
  readonly #busy = new Map<number, Fifo<Frame>>();
  /** Channels to ranks that have not joined yet, or do not know yet of the one that sends. */
  readonly #early = new Map<number, Fifo<Frame>>();
  #scheduled = false;
  /** What may be pulled, by its address. */
  readonly #exposed = new Map<number, Uint8Array>();
  /** Payloads that are being pulled, by the address at which they may be helped with. */
  readonly #copies = new Map<number, LocalCopy>();
  #lastAddress = 0;

  constructor(options: LocalNetworkOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  /** Join `rank` to the network. @param size  how many ranks it knows of; those of the beginning if left out */
  connect(rank: number, events: TransportEvents, size: number = this.#options.size): Transport {
    this.#events[rank] = events;
    this.#grow(rank, size);
    return {
      name: 'local',
      reach: (other) => other >= 0 && other < (this.#known[rank] ?? 0),
      grow: (grown) => this.#grow(rank, grown),
      send: (dest, frame) => this.#send(rank, dest, frame),
      expose: (_, payload) => this.#expose(payload),
      pull: (_, address, pulling) => this.#pull(address, pulling),
      push: (_, address, payload) => this.#copies.get(address)?.push(payload),
      // Frames are delivered as they come, and hold no process.
      listen: () => {},
      close: () => {
        this.#events[rank] = CLOSED;
        return Promise.resolve();
      },
    };
  }

  /** A rank knows of so many: take up the channels of those that waited for it. */
  #grow(rank: number, size: number): void {
    this.#known[rank] = size;
    for (const [channel, queue] of [...this.#early]) {
      if (channel % MOST_RANKS !== rank || Math.floor(channel / MOST_RANKS) >= size) continue;
      this.#early.delete(channel);
      this.#busy.set(channel, queue);
    }
    this.#scheduleTurn();
  }

  /** Not always: the rest is sent. */
  #expose(payload: Uint8Array): number | undefined {
    if (this.#options.exposes !== true || this.#random() < 0.5) return undefined;
    this.#lastAddress += 1;
    this.#exposed.set(this.#lastAddress, payload);
    return this.#lastAddress;
  }

  /** In one go or little by little, and not always: the rest must be asked for. */
  #pull(address: number, pulling: Pulling): void {
    const payload = this.#exposed.get(address);
    this.#exposed.delete(address);
    if (payload === undefined || this.#random() < 0.1) {
      pulling.done(false);
      return;
    }
    this.#lastAddress += 1;
    const here = this.#lastAddress;
    this.#copies.set(here, new LocalCopy(this.#random, payload, pulling));
    if (this.#random() < 0.7) pulling.help?.(here);
    this.#scheduleTurn();
  }

  #send(source: number, dest: number, { header, payload }: Frame): undefined {
    if (this.#events[source] === CLOSED) return;
    const parcel = { header: new Int32Array(header), payload: new Uint8Array(payload) };
    const channel = source * MOST_RANKS + dest;
    const channels = source < (this.#known[dest] ?? 0) ? this.#busy : this.#early;
    const queue = channels.get(channel) ?? new Fifo<Frame>();
    queue.push(parcel);
    channels.set(channel, queue);
    this.#scheduleTurn();
  }

  #scheduleTurn(): void {
    if (this.#scheduled || this.#busy.size + this.#copies.size === 0) return;
    this.#scheduled = true;
    this.#options.schedule(() => {
      // Only now may the next turn be planned: what this one sends, it may deliver as well.
      this.#turn();
      this.#scheduled = false;
      this.#scheduleTurn();
    });
  }

  #turn(): void {
    const { size } = this.#copies;
    if (this.#random() * (size + this.#busy.size) < size) this.#copy();
    else this.#deliverBurst();
  }

  /** Go on with one of the copies. */
  #copy(): void {
    const [here, copy] = this.#pick(this.#copies);
    // The sender may have copied the last of it.
    if (!copy.ended) copy.pull();
    if (copy.ended) this.#copies.delete(here);
  }

  #deliverBurst(): void {
    const [channel, queue] = this.#pick(this.#busy);
    const source = Math.floor(channel / MOST_RANKS);
    const dest = channel % MOST_RANKS;
    const burst = 1 + Math.floor(this.#random() * LONGEST_BURST);
    for (let delivered = 0; delivered < burst; delivered += 1) {
      const parcel = queue.shift();
      if (parcel === undefined) break;
      this.#options.onDelivery?.();
      this.#deliver(source, dest, parcel);
    }
    if (queue.length === 0) this.#busy.delete(channel);
  }

  #deliver(source: number, dest: number, { header, payload }: Frame): void {
    const events = this.#events[dest] ?? CLOSED;
    try {
      events.onFrame(source, header, payload);
    } catch (error) {
      this.#events[dest] = CLOSED;
      events.onBroken(error as Error);
    }
  }

  #pick<K, V>(map: Map<K, V>): [K, V] {
    let skip = Math.floor(this.#random() * map.size);
    for (const entry of map) {
      if (skip === 0) return entry;
      skip -= 1;
    }
    throw new Error('tsmpi is at fault: picked from an empty network');
  }
}
