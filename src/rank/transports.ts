import {
  FOREIGN_HOST,
  type NetworkStart,
  type RankStart,
  SEGMENT_FD,
  type SegmentGrowth,
  type SegmentPart,
  type SegmentStart,
} from '../control/message.ts';
import { Route } from '../transport/route.ts';
import { SelfTransport } from '../transport/self.ts';
import { SegmentLayout, wordsBytes } from '../transport/shm/layout.ts';
import type { MappedPart } from '../transport/shm/neighbours.ts';
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

/** The memory of a process, and the descriptor under which it has the file. */
interface OwnSegment extends SegmentStart {
  readonly file: number;
}

/**
 * All that carries the frames of one process: memory to those on its host, sockets in the private folder of the job where there is
 * none, the network to those on other hosts.
 */
export class Transports {
  readonly route: Route;
  readonly #start: RankStart;
  readonly #events: TransportEvents;
  #network: NetworkStart;
  readonly #ports = new Ports();
  /** The host of each process; 0 where it is not said. */
  readonly #hosts: number[];
  #folder: string;
  #segment: OwnSegment | undefined;
  #system: System | undefined;
  #shm: ShmTransport | undefined;
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
    const { rank, size, hosts = [], network = LOOPBACK, segment } = start;
    this.#start = start;
    this.#events = events;
    this.#onLost = onLost;
    this.#network = network;
    this.#folder = start.folder;
    this.#hosts = [...hosts];
    this.#segment = segment && { ...segment, file: SEGMENT_FD };
    const transports: Transport[] = [new SelfTransport(rank, events)];
    // One alone has nobody yet to reach by it.
    if (
      this.#segment !== undefined &&
      this.#segment.part.members.length + this.#segment.homes.length > 1
    ) {
      transports.push(this.#openShm(this.#segment));
    }
    const further: number[] = [];
    for (let other = 0; other < size; other += 1) {
      if (!transports.some((some) => some.reach(other))) further.push(other);
    }
    transports.push(...this.#socketsFor(further, size));
    this.#wait();
    this.route = new Route(size, transports);
  }

  /** The port at which this rank accepts frames; undefined if it needs none. @throws MpiError if there is none to be had */
  port(): string | undefined {
    return this.#tcp?.address().split(':').at(-1);
  }

  /** Open what is opened otherwise when it is first needed, while the folder of the job is there for certain. */
  open(): void {
    this.#ipc?.address();
    this.#shm?.open();
  }

  /** Take in at which port each rank accepts frames. */
  takePorts(ports: readonly string[]): void {
    this.#ports.take(ports);
  }

  /** Have what is yet to be opened in this private folder, and this memory, if there is any. */
  use(folder: string, segment: SegmentStart | undefined, file: number | undefined): void {
    this.#folder = folder;
    if (segment !== undefined && file !== undefined) this.#segment = { ...segment, file };
  }

  /**
   * Prepare for further processes on these hosts, before `route` is to reach them; there may be a port then.
   *
   * @param segments  the memory that this process shares with some of them
   */
  grow(
    first: number,
    hosts: readonly number[],
    segments: readonly SegmentGrowth[] = [],
    network: NetworkStart = this.#network,
  ): void {
    // What accepts messages already is reached where it was.
    this.#network = network;
    // Where hosts are not told apart all are on one.
    const several = this.#start.hosts !== undefined;
    for (const [at, host] of hosts.entries()) {
      this.#hosts[first + at] = several || host === FOREIGN_HOST ? host : 0;
    }
    for (const segment of segments) this.#share(segment);
    const size = first + hosts.length;
    const added = hosts.map((_, at) => first + at);
    const further = added.filter((other) => !this.#sharesWith(other));
    for (const sockets of this.#socketsFor(further, size)) this.route.add(sockets);
    this.#wait();
  }

  /** Share a part of the memory that was made for others. */
  #share({ part, crowded, addon }: SegmentGrowth): void {
    if (this.#segment === undefined) return;
    this.#segment = { ...this.#segment, crowded, addon: this.#segment.addon ?? addon };
    if (this.#shm === undefined) this.route.add(this.#openShm(this.#segment));
    this.#shm?.add(this.#map(part));
  }

  /** Look for frames for so many milliseconds at most, and then sleep until one comes; undefined: as long as usual. */
  lookAtMost(ms: number | undefined): void {
    if (ms === this.#mostSpinMs) return;
    this.#mostSpinMs = ms;
    this.#wait();
  }

  #wait(): void {
    if (this.#segment !== undefined) this.#shm?.wait(this.#waitingIn(this.#segment));
  }

  /** How to wait beside that memory. */
  #waitingIn({ wait, crowded }: SegmentStart): Waiting {
    const sockets = [this.#ipc, this.#tcp, this.#foreign];
    const alone = sockets.every((one) => one === undefined);
    return waitingFor(wait, { crowded, alone, mostSpinMs: this.#mostSpinMs });
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
        const serves = (peer: number): boolean => this.#isLocal(peer) && !this.#sharesWith(peer);
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

  #openShm(segment: OwnSegment): ShmTransport {
    const { part, homes, addon, file } = segment;
    const { rank } = this.#start;
    const system = new System(addon);
    this.#system = system;
    this.#shm = new ShmTransport(
      {
        rank,
        own: this.#map(part),
        elders: homes.map(({ at, members }) => {
          return { members, memory: system.map(file, at, wordsBytes(members.length)) };
        }),
        waiting: this.#waitingIn(segment),
        foreign: system.foreignMemory(),
        folder: this.#folder,
        openPipe: (path) => system.openPipe(path),
      },
      this.#events,
    );
    return this.#shm;
  }

  #map(part: SegmentPart): MappedPart {
    const layout = new SegmentLayout(part);
    const { file } = this.#segment as OwnSegment;
    return { layout, memory: (this.#system as System).map(file, part.at, layout.bytes) };
  }

  #sharesWith(other: number): boolean {
    return this.#shm?.reach(other) === true;
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
