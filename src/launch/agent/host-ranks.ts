import type { Readable } from 'node:stream';
import type { OpenHost } from '../host.ts';
import type { Gathering } from '../join/gathering.ts';
import type { ParcelCache } from '../parcel/cache.ts';
import type { Mux } from '../remote/mux.ts';
import { type FromAgent, type HostPart, rankChannel, type ToAgent } from '../remote/protocol.ts';
import type { LocalStarter } from '../start/local.ts';
import type { RankCommand, StartedRank } from '../start/start.ts';
import { drain } from './drain.ts';
import { openPart } from './part.ts';

/** Nobody reports the end of a process that is not our child: look this often. */
const LOOK_MS = 50;

type RankMessage = Extract<ToAgent, { readonly rank: number }>;

/** The ranks of this host. */
export class HostRanks {
  readonly #process: NodeJS.Process;
  readonly #mux: Mux;
  readonly #starter: LocalStarter;
  readonly #parcels: ParcelCache;
  readonly #say: (message: FromAgent) => void;
  readonly #ranks = new Map<number, StartedRank>();
  #commands: ReadonlyMap<number, RankCommand> = new Map();
  #host: OpenHost | undefined;
  /** Those that have the ranks as their children, if this process has not. */
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
   * Get ready for the ranks of this part.
   *
   * @param gathering  those who start them, if it is not this process
   * @throws Error that says what this host lacks
   */
  open(part: HostPart, gathering?: Gathering): void {
    this.#gathering = gathering;
    const elsewhere = gathering && { processors: gathering.processors() };
    const { host, notices } = openPart(
      { ...part, elsewhere },
      this.#parcels,
      this.#starter,
      this.#process,
    );
    this.#host = host;
    this.#commands = new Map(host.commands.map((command) => [command.rank, command]));
    this.#say({ kind: 'ready', transport: host.transport, notices });
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

  close(): void {
    this.#host?.close();
  }

  async #start(rank: number): Promise<void> {
    const command = this.#commands.get(rank);
    if (command === undefined) return;
    let started: StartedRank;
    try {
      const starter = this.#gathering ?? this.#starter;
      started = await starter.start(command, (message) =>
        this.#say({ kind: 'told', rank, message }),
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#say({ kind: 'not-started', rank, reason });
      return;
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
    this.#watch(started);
  }

  /** Say when nothing of the rank's process group is left. */
  #watch(started: StartedRank): void {
    if (started.alive()) setTimeout(() => this.#watch(started), LOOK_MS);
    else this.#say({ kind: 'gone', rank: started.rank });
  }

  #forward(source: Readable, channel: number): void {
    const writer = this.#mux.writer(channel);
    source.pipe(writer, { end: false });
    // However the stream ends, nothing more will come of it.
    source.on('close', () => writer.end());
  }
}
