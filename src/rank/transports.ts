import { assert } from '../base/error.ts';
import {
  type NetworkStart,
  type RankStart,
  SEGMENT_FD,
  type SegmentStart,
} from '../control/message.ts';
import { Route } from '../transport/route.ts';
import { SelfTransport } from '../transport/self.ts';
import { SegmentLayout } from '../transport/shm/layout.ts';
import { ShmTransport } from '../transport/shm/shm.ts';
import { System } from '../transport/shm/system.ts';
import { waitingFor } from '../transport/shm/waiting.ts';
import type { Transport, TransportEvents } from '../transport/transport.ts';
import { tcpAddress } from '../transport/zeromq/binding.ts';
import { ZeromqTransport } from '../transport/zeromq/zeromq.ts';

/** Where no other host takes part, nobody outside of this one need reach its ranks. */
const LOOPBACK: NetworkStart = { bind: ['127.0.0.1'], routes: [''], encrypt: true };

/** All that carries the frames of one rank: memory to the ranks of its host that share it, the network to the others. */
export class Transports {
  readonly route: Route;
  readonly #start: RankStart;
  readonly #network: NetworkStart;
  readonly #ports: Promise<readonly string[]>;
  #tcp: ZeromqTransport | undefined;
  #takePorts: (ports: readonly string[]) => void = () => {};

  constructor(start: RankStart, events: TransportEvents) {
    const { rank, size, transport, segment, network = LOOPBACK } = start;
    this.#start = start;
    this.#network = network;
    this.#ports = new Promise((resolve) => {
      this.#takePorts = resolve;
    });
    const transports: Transport[] = [new SelfTransport(rank, events)];
    if (segment !== undefined) transports.push(shm(start, segment, events));
    const reached = (other: number): boolean => transports.some((some) => some.reach(other));
    if (Array.from({ length: size }, (_, other) => other).some((other) => !reached(other))) {
      if (transport === 'zeromq' && start.network === undefined) {
        transports.push(ipc(start, events));
      } else {
        this.#tcp = this.#openTcp(events);
        transports.push(this.#tcp);
      }
    }
    this.route = new Route(size, transports);
  }

  /** The port at which this rank accepts frames, once it does; undefined if it needs none. */
  port(): Promise<string> | undefined {
    return this.#tcp?.address().then((address) => address.split(':').at(-1) ?? '');
  }

  /** Take in at which port each rank accepts frames. */
  takePorts(ports: readonly string[]): void {
    this.#takePorts(ports);
  }

  #openTcp(events: TransportEvents): ZeromqTransport {
    const { rank, size, keys } = this.#start;
    const { bind, portRange, encrypt } = this.#network;
    const addressOf = (peer: number): Promise<string> => this.#addressOf(peer);
    return new ZeromqTransport(
      {
        rank,
        size,
        bind: { addresses: bind, portRange },
        addressOf,
        protection: keys && { keys, encrypt },
      },
      events,
    );
  }

  async #addressOf(peer: number): Promise<string> {
    const { bind, routes } = this.#network;
    const port = (await this.#ports)[peer];
    assert(port !== undefined, `rank ${peer} has no port`);
    return tcpAddress(routes[this.#start.hosts?.[peer] ?? 0] || (bind[0] ?? ''), port);
  }
}

function ipc({ rank, size, folder }: RankStart, events: TransportEvents): Transport {
  // The folder is private to this user, so the sockets in it need no keys.
  const addressOf = (peer: number): string => `ipc://${folder}/${peer}`;
  return new ZeromqTransport({ rank, size, bind: addressOf(rank), addressOf }, events);
}

function shm(
  { rank, size, folder, hosts, network }: RankStart,
  { ringBytes, crowded, wait, addon }: SegmentStart,
  events: TransportEvents,
): Transport {
  const system = new System(addon);
  const ranks = Array.from({ length: size }, (_, other) => other).filter(
    (other) => hosts?.[other] === hosts?.[rank],
  );
  const layout = new SegmentLayout(ranks.length, ringBytes, ranks);
  const memory = system.map(SEGMENT_FD, layout.bytes);
  const waiting = waitingFor(wait, { crowded, alone: network === undefined });
  const openPipe = (path: string): number => system.openPipe(path);
  const foreign = system.foreignMemory();
  return new ShmTransport({ rank, layout, memory, waiting, foreign, folder, openPipe }, events);
}
