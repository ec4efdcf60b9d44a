import {
  FOREIGN_HOST,
  type NetworkStart,
  type RankStart,
  SEGMENT_FD,
  type SegmentStart,
} from '../control/message.ts';
import { numbersIn } from '../group/world-span.ts';
import { Route } from '../transport/route.ts';
import { SelfTransport } from '../transport/self.ts';
import { SegmentLayout } from '../transport/shm/layout.ts';
import { ShmTransport } from '../transport/shm/shm.ts';
import { System } from '../transport/shm/system.ts';
import { type Waiting, waitingFor } from '../transport/shm/waiting.ts';
import type { Transport, TransportEvents } from '../transport/transport.ts';
import { tcpAddress } from '../transport/zeromq/binding.ts';
import { ZeromqTransport } from '../transport/zeromq/zeromq.ts';
import { ForeignTransport } from './foreign.ts';
import { Ports } from './ports.ts';

/** Where no other host takes part, nobody outside of this one need reach its ranks. */
const LOOPBACK: NetworkStart = { bind: ['127.0.0.1'], routes: [''], encrypt: true };

/**
 * All that carries the frames of one process: memory to the ranks of its world that are on its host, sockets in the private
 * folder of the job to others there, the network to those on other hosts.
 */
export class Transports {
  readonly route: Route;
  readonly #start: RankStart;
  readonly #events: TransportEvents;
  #network: NetworkStart;
  readonly #ports = new Ports();
  /** The host of each process; 0 where it is not said. */
  readonly #hosts: number[];
  readonly #shm: ShmTransport | undefined;
  #folder: string;
  /** Whether nothing but memory brings frames. */
  #alone: boolean;
  #mostSpinMs: number | undefined;
  #ipc: ZeromqTransport | undefined;
  #tcp: ZeromqTransport | undefined;
  #foreign: ForeignTransport | undefined;
  readonly #onLost: (process: number, reason: string) => void;

  /** @param onLost  told which process of another job cannot be reached any more, and why */
  constructor(
    start: RankStart,
    events: TransportEvents,
    onLost: (process: number, reason: string) => void,
  ) {
    const { rank, size, hosts = [], network = LOOPBACK } = start;
    this.#start = start;
    this.#events = events;
    this.#onLost = onLost;
    this.#network = network;
    this.#folder = start.folder;
    this.#hosts = [...hosts];
    this.#alone = start.network === undefined && start.parent === undefined;
    const transports: Transport[] = [new SelfTransport(rank, events)];
    if (start.segment !== undefined) {
      this.#shm = this.#openShm(start.segment);
      transports.push(this.#shm);
    }
    const further: number[] = [];
    for (let other = 0; other < size; other += 1) {
      if (!transports.some((some) => some.reach(other))) further.push(other);
    }
    transports.push(...this.#socketsFor(further, size));
    this.route = new Route(size, transports);
  }

  /** The port at which this rank accepts frames; undefined if it needs none. @throws MpiError if there is none to be had */
  port(): string | undefined {
    return this.#tcp?.address().split(':').at(-1);
  }

  /** Open what is opened otherwise when it is first needed, while the folder of the job is there for certain. */
  open(): void {
    this.#ipc?.address();
  }

  /** Take in at which port each rank accepts frames. */
  takePorts(ports: readonly string[]): void {
    this.#ports.take(ports);
  }

  /** Have the sockets that are yet to be opened in this private folder. */
  useFolder(folder: string): void {
    this.#folder = folder;
  }

  /** Prepare for further processes on these hosts, before `route` is to reach them; there may be a port then. */
  grow(first: number, hosts: readonly number[], network: NetworkStart = this.#network): void {
    // What accepts messages already is reached where it was.
    this.#network = network;
    const added = hosts.map((_, at) => first + at);
    // Where hosts are not told apart all are on one.
    const several = this.#start.hosts !== undefined;
    for (const [at, host] of hosts.entries()) {
      this.#hosts[first + at] = several || host === FOREIGN_HOST ? host : 0;
    }
    for (const sockets of this.#socketsFor(added, first + hosts.length)) this.route.add(sockets);
    this.#alone = false;
    this.#wait();
  }

  /** Look for frames for so many milliseconds at most, and then sleep until one comes; undefined: as long as usual. */
  lookAtMost(ms: number | undefined): void {
    if (ms === this.#mostSpinMs) return;
    this.#mostSpinMs = ms;
    this.#wait();
  }

  #wait(): void {
    const { segment } = this.#start;
    if (segment !== undefined) this.#shm?.wait(this.#waitingIn(segment));
  }

  /** How to wait beside that memory. */
  #waitingIn({ wait, crowded }: SegmentStart): Waiting {
    return waitingFor(wait, { crowded, alone: this.#alone, mostSpinMs: this.#mostSpinMs });
  }

  /** Open the sockets that these processes need, as far as they are not open; nothing is loaded yet. */
  #socketsFor(processes: readonly number[], size: number): Transport[] {
    const opened: Transport[] = [];
    for (const other of processes) {
      if (this.isForeign(other)) {
        opened.push(...this.#openForeign(size));
        continue;
      }
      const { rank } = this.#start;
      const folder = this.#folder;
      const local = this.#isLocal(other);
      if (local && this.#ipc === undefined) {
        // The folder is private to this user, so the sockets in it need no keys.
        const addressOf = (peer: number): string => `ipc://${folder}/${peer}`;
        const serves = (peer: number): boolean => this.#isLocal(peer);
        const options = { rank, size, serves, bind: addressOf(rank), addressOf };
        this.#ipc = new ZeromqTransport(options, this.#events);
        opened.push(this.#ipc);
      } else if (!local && this.#tcp === undefined) {
        opened.push(this.#openTcp(size));
      }
    }
    return opened;
  }

  /** Whether a process belongs to another job. */
  isForeign(process: number): boolean {
    return this.#hosts[process] === FOREIGN_HOST;
  }

  /** The private folder of the job; empty while there is none. */
  get folder(): string {
    return this.#folder;
  }

  /** The way to other jobs; undefined while none was met. */
  get foreign(): ForeignTransport | undefined {
    return this.#foreign;
  }

  #openForeign(size: number): Transport[] {
    if (this.#foreign !== undefined) return [];
    const { rank, network } = this.#start;
    this.#foreign = new ForeignTransport(
      {
        rank,
        folder: () => this.#folder,
        host: this.#hostOf(rank),
        network,
        isForeign: (process) => this.isForeign(process),
      },
      size,
      this.#events,
      this.#onLost,
    );
    return [this.#foreign];
  }

  #openTcp(size: number): Transport {
    const { rank, keys } = this.#start;
    const { bind, portRange, encrypt } = this.#network;
    this.#tcp = new ZeromqTransport(
      {
        rank,
        size,
        serves: (peer) => !this.#isLocal(peer) && !this.isForeign(peer),
        bind: { addresses: bind, portRange },
        addressOf: (peer) => this.#addressOf(peer),
        protection: keys && { keys, encrypt },
      },
      this.#events,
    );
    return this.#tcp;
  }

  async #addressOf(peer: number): Promise<string> {
    const { bind, routes } = this.#network;
    const port = await this.#ports.of(peer);
    return tcpAddress(routes[this.#hostOf(peer)] || (bind[0] ?? ''), port);
  }

  #openShm(segment: SegmentStart): ShmTransport {
    const { rank, size, folder, world } = this.#start;
    const system = new System(segment.addon);
    const ranks = numbersIn(world ?? { first: 0, count: size }).filter((other) =>
      this.#isNear(other),
    );
    const layout = new SegmentLayout(ranks.length, segment.ringBytes, ranks);
    const memory = system.map(SEGMENT_FD, layout.bytes);
    const waiting = this.#waitingIn(segment);
    const openPipe = (path: string): number => system.openPipe(path);
    const foreign = system.foreignMemory();
    return new ShmTransport(
      { rank, layout, memory, waiting, foreign, folder, openPipe },
      this.#events,
    );
  }

  /** Whether a process is reached over socket files, unless memory is shared with it. */
  #isLocal(other: number): boolean {
    const { transport, sockets = transport } = this.#start;
    return sockets !== 'zeromq-tcp' && this.#isNear(other);
  }

  /** Whether a process is on the host of this one. */
  #isNear(other: number): boolean {
    return this.#hostOf(other) === this.#hostOf(this.#start.rank);
  }

  #hostOf(other: number): number {
    return this.#hosts[other] ?? 0;
  }
}
