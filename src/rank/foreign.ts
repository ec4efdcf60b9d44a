import type { MeetingPlan, Reach } from '../comm/parts.ts';
import type { NetworkStart } from '../control/message.ts';
import { numbersIn } from '../group/world-span.ts';
import type { Frame, Transport, TransportEvents } from '../transport/transport.ts';
import { ZeromqTransport } from '../transport/zeromq/zeromq.ts';

/** What this process is, to those of other jobs. */
export interface ForeignOptions {
  readonly rank: number;
  /** The private folder of the job. */
  readonly folder: () => string;
  /** The number of the host of this process. */
  readonly host: number;
  /** How this host is reached by others, where the job has several. */
  readonly network: NetworkStart | undefined;
  readonly isForeign: (rank: number) => boolean;
}

/** So long the end waits until what was sent has left: by then it is nobody's who still reads. */
const DRAIN_MS = 30_000;

/** A group of another job that this process talks to. */
interface Connection {
  readonly plan: MeetingPlan;
  /** The rank of this process in its own group. */
  readonly rank: number;
  /** Whether this process is reached by a socket file. */
  readonly near: boolean;
  /** Only for this group, with keys of its own. */
  readonly tcp: ZeromqTransport | undefined;
  /** Where they are, once that is known. */
  readonly theirs: Promise<readonly Reach[]>;
  readonly known: (theirs: readonly Reach[]) => void;
  /** Which of them are reached by socket files, by rank. */
  byFile: readonly boolean[];
}

/**
 * Frames to and from processes of other jobs: on one host over a socket in the private folder of the job, which is one for all;
 * else over the network, where each connection has keys and sockets of its own, so that with it all that can open these is gone.
 *
 * What is wrong with the messages of another job ends the connection to it, and nothing else.
 */
export class ForeignTransport implements Transport {
  readonly name = 'foreign';
  readonly #options: ForeignOptions;
  readonly #events: TransportEvents;
  /** Told which process cannot be reached any more, and why. */
  readonly #onLost: (rank: number, reason: string) => void;
  readonly #connections = new Map<number, Connection>();
  /** By number of the process: the connection that it belongs to. */
  readonly #byRank: (Connection | undefined)[] = [];
  #size: number;
  #file: ZeromqTransport | undefined;
  #wanted = false;

  constructor(
    options: ForeignOptions,
    size: number,
    events: TransportEvents,
    onLost: (rank: number, reason: string) => void,
  ) {
    this.#options = options;
    this.#size = size;
    this.#events = events;
    this.#onLost = onLost;
  }

  reach(rank: number): boolean {
    return this.#options.isForeign(rank);
  }

  grow(size: number): void {
    this.#size = size;
    for (const sockets of this.#all()) sockets.grow(size);
  }

  send(rank: number, frame: Frame): Promise<void> | undefined {
    return this.#way(rank)?.send(rank, frame);
  }

  listen(wanted: boolean): void {
    this.#wanted = wanted;
    for (const sockets of this.#all()) sockets.listen(wanted);
  }

  forget(rank: number): void {
    this.#way(rank)?.forget(rank);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all().map((sockets) => sockets.close()));
  }

  /** Accept messages of a group. @param rank  of this process in its own group @returns where @throws MpiError */
  open(plan: MeetingPlan, rank: number): Reach {
    const near = plan.near && plan.host === this.#options.host;
    // On the host of the root a network is needed only if some of the others are elsewhere.
    const tcp = plan.network === undefined ? undefined : this.#openTcp(plan, rank);
    let known: (theirs: readonly Reach[]) => void = () => {};
    const theirs = new Promise<readonly Reach[]>((resolve) => {
      known = resolve;
    });
    const connection: Connection = { plan, rank, near, tcp, theirs, known, byFile: [] };
    this.#connections.set(plan.first, connection);
    for (const number of numbersIn(plan)) this.#byRank[number] = connection;
    const file = near ? this.#openFile().address() : undefined;
    const address = tcp?.address();
    for (const sockets of this.#all()) sockets.listen(this.#wanted);
    return { file, address };
  }

  /** Take in where the ranks of that group are. */
  join(plan: MeetingPlan, theirs: readonly Reach[]): void {
    const connection = this.#connections.get(plan.first);
    if (connection === undefined) return;
    connection.byFile = theirs.map(({ file }) => connection.near && file !== undefined);
    connection.known(theirs);
  }

  /** Have nothing to do with that group any more. */
  leave(plan: MeetingPlan): void {
    const connection = this.#connections.get(plan.first);
    if (connection === undefined) return;
    this.#connections.delete(plan.first);
    for (const number of numbersIn(plan)) {
      this.#file?.finish(number);
      this.#byRank[number] = undefined;
    }
    void connection.tcp?.close();
  }

  #all(): ZeromqTransport[] {
    const tcp = [...this.#connections.values()].flatMap((connection) => connection.tcp ?? []);
    return this.#file === undefined ? tcp : [this.#file, ...tcp];
  }

  #way(rank: number): ZeromqTransport | undefined {
    const connection = this.#byRank[rank];
    if (connection === undefined) return undefined;
    const { plan, tcp, byFile } = connection;
    return byFile[rank - plan.first] === true ? this.#file : tcp;
  }

  #openFile(): ZeromqTransport {
    if (this.#file !== undefined) return this.#file;
    const { rank, folder } = this.#options;
    const file = new ZeromqTransport(
      {
        rank,
        size: this.#size,
        bind: `ipc://${folder()}/${rank}p`,
        addressOf: async (peer) => (await this.#reachOf(peer)).file ?? '',
        knownAs: (peer) => this.#knownAs(peer),
        drainMs: DRAIN_MS,
      },
      this.#eventsOf(
        (source) => this.#byRank[source]?.near === true,
        () => {
          if (this.#file === file) this.#file = undefined;
          return [...this.#connections.values()].filter(({ near }) => near);
        },
      ),
    );
    this.#file = file;
    return file;
  }

  #openTcp(plan: MeetingPlan, rank: number): ZeromqTransport {
    const { host, network } = this.#options;
    const { bind = [], keys } = plan.network as NonNullable<MeetingPlan['network']>;
    const addresses = plan.host === host ? bind : (network?.bind ?? bind);
    return new ZeromqTransport(
      {
        rank: this.#options.rank,
        size: this.#size,
        bind: { addresses, portRange: network?.portRange },
        addressOf: async (peer) => (await this.#reachOf(peer)).address ?? '',
        knownAs: () => plan.knownFrom + rank,
        drainMs: DRAIN_MS,
        protection: { keys, encrypt: true },
      },
      this.#eventsOf(
        (source) => source >= plan.first && source < plan.first + plan.count,
        () => [...this.#connections.values()].filter((one) => one.plan === plan),
      ),
    );
  }

  #eventsOf(
    belongs: (source: number) => boolean,
    connections: () => readonly Connection[],
  ): TransportEvents {
    const { onFrame, land, waitedFor } = this.#events;
    return {
      onFrame: (source, header, payload) => {
        if (!belongs(source)) throw new Error(`a message names process ${source} as its sender`);
        onFrame(source, header, payload);
      },
      onBroken: ({ message }) => {
        const reason = `messages of the other job can no longer be carried: ${message}`;
        for (const { plan } of connections()) {
          for (const rank of numbersIn(plan)) this.#onLost(rank, reason);
        }
      },
      ...(land !== undefined && { land }),
      ...(waitedFor !== undefined && { waitedFor }),
    };
  }

  #knownAs(peer: number): number {
    const { plan, rank } = this.#byRank[peer] as Connection;
    return plan.knownFrom + rank;
  }

  async #reachOf(peer: number): Promise<Reach> {
    const { plan, theirs } = this.#byRank[peer] as Connection;
    return (await theirs)[peer - plan.first] ?? {};
  }
}
