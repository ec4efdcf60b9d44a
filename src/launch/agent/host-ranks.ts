import type { Readable } from 'node:stream';
import { reasonOf } from '../../base/error.ts';
import { drain } from '../forward/drain.ts';
import type { Gathering } from '../join/gathering.ts';
import type { ParcelCache } from '../parcel/cache.ts';
import type { Mux } from '../remote/mux.ts';
import { type FromAgent, type HostPart, rankChannel, type ToAgent } from '../remote/protocol.ts';
import type { HostMemory } from '../segment.ts';
import { gone } from '../start/gone.ts';
import type { LocalStarter } from '../start/local.ts';
import type { RankCommand, StartedRank } from '../start/start.ts';
import { openPart } from './part.ts';

type RankMessage = Extract<ToAgent, { readonly rank: number }>;

/** The ranks of this host. */
export class HostRanks {
  readonly #process: NodeJS.Process;
  readonly #mux: Mux;
  readonly #starter: LocalStarter;
  readonly #parcels: ParcelCache;
  readonly #say: (message: FromAgent) => void;
  readonly #ranks = new Map<number, StartedRank>();
  readonly #commands = new Map<number, RankCommand>();
  /** Those that others have as their children. */
  readonly #gathered = new Set<number>();
  /** The job's private folder here, once there is one. */
  #folder: string | undefined;
  /** What its ranks here share. */
  #memory: HostMemory | undefined;
  /** Those that have the ranks of the first part as their children, if this process has not. */
  #gathering: Gathering | undefined;

  constructor(
    process: NodeJS.Process,
    mux: Mux,
    starter: LocalStarter,
    parcels: ParcelCache,
    say: (message: FromAgent) => void,
  ) {
    this.#process = process;
    this.#mux = mux;
    this.#starter = starter;
    this.#parcels = parcels;
    this.#say = say;
  }

  /**
   * Get ready for the ranks of a part.
   *
   * @param gathering  those who start them, if it is not this process
   * @throws Error that says what this host lacks, if it is the first; otherwise the launcher is told, and all goes on
   */
  open(part: HostPart, gathering?: Gathering): void {
    // Whatever comes later is spawned, and nobody else's child.
    const first = this.#folder === undefined ? gathering : undefined;
    this.#gathering ??= first;
    try {
      this.#openPart(part, first);
    } catch (error) {
      if (this.#folder === undefined) throw error;
      const refused = reasonOf(error);
      this.#say({ kind: 'ready', transport: '', notices: [], refused });
    }
  }

  take(message: RankMessage): void {
    const { rank } = message;
    switch (message.kind) {
      case 'start':
        void this.#start(rank);
        break;
      case 'tell':
        this.#ranks.get(rank)?.send(message.message);
        break;
      case 'kill':
        this.#ranks.get(rank)?.kill(message.signal);
        break;
      case 'abandon': {
        const { stdout, stderr } = this.#ranks.get(rank) ?? {};
        if (stdout !== undefined) drain(stdout);
        if (stderr !== undefined) drain(stderr);
        break;
      }
    }
  }

  killAll(): void {
    for (const rank of this.#ranks.values()) rank.kill('SIGKILL');
  }

  #openPart(part: HostPart, gathering: Gathering | undefined): void {
    const elsewhere = gathering && { processors: gathering.processors() };
    const place = { folder: this.#folder, memory: this.#memory, elsewhere };
    const opened = openPart(part, place, this.#parcels, this.#starter, this.#process);
    const { host, memory, notices } = opened;
    this.#folder = host.folder;
    this.#memory = memory;
    for (const command of host.commands) {
      this.#commands.set(command.rank, command);
      if (gathering !== undefined) this.#gathered.add(command.rank);
    }
    this.#say({ kind: 'ready', transport: host.transport, notices, segment: host.segment });
  }

  async #start(rank: number): Promise<void> {
    const command = this.#commands.get(rank);
    if (command === undefined) return;
    let started: StartedRank;
    try {
      const gathering = this.#gathered.has(rank) ? this.#gathering : undefined;
      const starter = gathering ?? this.#starter;
      started = await starter.start(command, (message) =>
        this.#say({ kind: 'told', rank, message }),
      );
    } catch (error) {
      const reason = reasonOf(error);
      this.#say({ kind: 'not-started', rank, reason });
      return;
    } finally {
      this.#commands.delete(rank);
    }
    this.#ranks.set(rank, started);
    this.#say({ kind: 'started', rank, pid: started.pid });
    this.#forward(started.stdout, rankChannel(rank, 'stdout'));
    this.#forward(started.stderr, rankChannel(rank, 'stderr'));
    if (started.stdin !== undefined) {
      const stdin = this.#mux.reader(rankChannel(rank, 'stdin'));
      stdin.pipe(started.stdin);
      // Who ends without having read everything lets the rest go.
      started.stdin.on('close', () => stdin.destroy());
    }
    const { code, signal } = await started.ended;
    this.#say({ kind: 'ended', rank, code, signal });
    await gone(started);
    this.#say({ kind: 'gone', rank });
  }

  #forward(source: Readable, channel: number): void {
    const writer = this.#mux.writer(channel);
    source.pipe(writer, { end: false });
    // However the stream ends, nothing more will come of it.
    source.on('close', () => writer.end());
  }
}
