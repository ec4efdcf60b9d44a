import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Readable } from 'node:stream';
import { reasonOf } from '../../base/error.ts';
import { Gathering } from '../join/gathering.ts';
import { MeetingPlace } from '../join/place.ts';
import { STOP_SIGNALS } from '../join/stop.ts';
import { candidateAddresses } from '../network/candidates.ts';
import { openProbe, type Probe } from '../network/probe.ts';
import { reach } from '../network/reach.ts';
import { Heartbeat } from '../remote/heartbeat.ts';
import { Mux } from '../remote/mux.ts';
import {
  AGENT_MARK,
  type AgentStart,
  type FromAgent,
  type MemberNews,
  type NetworkOptions,
  type ProbePlace,
  type ToAgent,
} from '../remote/protocol.ts';
import { startLocally } from '../start/local.ts';
import { HostRanks } from './host-ranks.ts';
import { libcOf } from './libc.ts';
import { parcelsWhenNeeded, takeParcel } from './parcels.ts';
import { Relays } from './relays.ts';
import { tryCache } from './try-cache.ts';

/** Silence counts here only after the launcher had its chance to find this host silent. */
const MORE_PATIENCE_MS = 2_000;

/**
 * Be the agent of this host: do what the launcher says over standard input, and tell it what comes of it over standard output.
 *
 * When the launcher is gone, or silent for too long, the ranks are ended and so is the agent.
 */
export function runAgent(process: NodeJS.Process): void {
  const { stdin, stdout, env } = process;
  // One that came from another host, as by srun, may mean nothing on this one.
  if (env.TMPDIR !== undefined && !existsSync(env.TMPDIR)) delete env.TMPDIR;
  stdout.write(`\n${AGENT_MARK} hello\n`);
  new Agent(process, stdin);
}

class Agent {
  readonly #process: NodeJS.Process;
  readonly #mux: Mux;
  readonly #starter = startLocally();
  readonly #parcels = parcelsWhenNeeded();
  readonly #relays: Relays;
  readonly #ranks: HostRanks;
  #gathering: Gathering | undefined;
  #probe: Probe | undefined;
  #heartbeat: Heartbeat | undefined;
  #ending = false;

  constructor(process: NodeJS.Process, stdin: Readable) {
    this.#process = process;
    this.#mux = new Mux(stdin, process.stdout, {
      onMessage: (message) => this.#take(message as ToAgent),
      onHeard: () => this.#heartbeat?.heard(),
      onClosed: () => void this.#end(),
    });
    const say = (message: FromAgent): void => this.#say(message);
    this.#relays = new Relays(this.#mux, this.#starter.warden, say);
    this.#ranks = new HostRanks(process, this.#mux, this.#starter, this.#parcels, say);
    // Slurm kills what is left of a step once its process is gone, the warden too: so it is this one that clears up.
    for (const signal of STOP_SIGNALS) {
      process.on(signal, () => void this.#end(`its agent got ${signal}, and ended its ranks`));
    }
  }

  #take(message: ToAgent): void {
    switch (message.kind) {
      case 'begin':
        this.#try(() => this.#begin(message));
        break;
      case 'parcels':
        this.#try(() => {
          const hashes = message.hashes.filter((hash) => this.#parcels.find(hash) === undefined);
          this.#say({ kind: 'missing', hashes });
        });
        break;
      case 'parcel':
        void answer(takeParcel(this.#mux, this.#parcels, message)).then(({ refused }) => {
          this.#say({ kind: 'placed', refused });
        });
        break;
      case 'reach':
        this.#try(async () => {
          this.#say({ kind: 'reached', reached: await reach(message.targets, message.timeoutMs) });
        });
        break;
      case 'part':
        this.#try(async () => {
          // Nobody is looked for any more, and the port may be needed.
          await this.#probe?.close();
          this.#gathering?.stopLooking();
          this.#ranks.open(message.part, this.#gathering);
        });
        break;
      case 'meet':
        this.#try(() => this.#meet(message.job, message.size));
        break;
      case 'let-go':
        this.#try(async () => {
          await this.#gathering?.over(message);
          this.#say({ kind: 'let-go' });
        });
        break;
      case 'clock':
        this.#say({ kind: 'clock', time: Date.now() });
        break;
      case 'cache':
        this.#try(() => this.#say({ kind: 'cache', ...tryCache() }));
        break;
      case 'listen':
        void answer(this.#listen(message)).then(({ value, refused }) => {
          this.#say({ kind: 'listening', probe: value, refused });
        });
        break;
      case 'listen-no-more':
        void this.#probe?.close();
        break;
      case 'relay':
        this.#relays.start(message.id, message.argv);
        break;
      case 'relay-kill':
        this.#relays.kill(message.id);
        break;
      case 'suspend':
        this.#heartbeat?.suspend(message.suspended);
        break;
      case 'beat':
        break;
      case 'end':
        void this.#end();
        break;
      default:
        this.#ranks.take(message);
    }
  }

  async #begin({ hostTimeoutMs, network }: AgentStart): Promise<void> {
    const patienceMs = hostTimeoutMs + MORE_PATIENCE_MS;
    this.#heartbeat = new Heartbeat({
      patienceMs,
      beat: () => this.#say({ kind: 'beat' }),
      onSilence: () => {
        const silence = `its agent heard nothing from tsrun for ${patienceMs / 1000} s`;
        void this.#end(`${silence}, and ended its ranks`);
      },
    });
    const { platform, arch, versions } = this.#process;
    const probe = network && (await this.#listen(network));
    this.#say({
      kind: 'hello',
      hostname: hostname(),
      platform,
      arch,
      libc: libcOf(this.#process),
      nodeVersion: versions.node,
      time: Date.now(),
      probe,
    });
  }

  /** Let others try to reach this host. */
  async #listen({ interfaces, portRange }: NetworkOptions): Promise<ProbePlace> {
    // The address by which ssh came here is known to work for one, so it is tried first.
    const preferred = this.#process.env.SSH_CONNECTION?.split(' ')[2];
    const addresses = candidateAddresses({ interfaces, preferred });
    const probe = await openProbe({ addresses, portRange });
    this.#probe = probe;
    return { addresses: probe.addresses, port: probe.port, token: probe.token };
  }

  #meet(job: string, size: number): void {
    const tell = (news: MemberNews): void => this.#say({ kind: 'member', news });
    this.#gathering = new Gathering(new MeetingPlace(job), size, {
      onHere: (member) => tell({ kind: 'here', member }),
      onStop: (rank, { reason, exitCode }) => tell({ kind: 'stop', rank, reason, exitCode }),
      onLost: (rank) => tell({ kind: 'lost', rank }),
    });
  }

  /** What comes of ending is no news: the ranks are ended because this host is lost, or is let go. */
  #say(message: FromAgent): void {
    if (!this.#ending) this.#mux.send(message);
  }

  /** Do something that may not work: then this host cannot take part. */
  #try(action: () => void | Promise<void>): void {
    Promise.resolve()
      .then(action)
      .catch((error: unknown) => {
        const reason = reasonOf(error);
        this.#say({ kind: 'failed', reason });
      });
  }

  /**
   * End what is left, and this process.
   *
   * @param reason  why, if the launcher does not know; it may hear this yet, though it was silent
   */
  async #end(reason?: string): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    this.#heartbeat?.stop();
    this.#ranks.killAll();
    this.#relays.close();
    this.#gathering?.stopLooking();
    await this.#probe?.close();
    await this.#starter.close();
    // The launcher kills an agent that has failed.
    if (reason !== undefined) this.#mux.send({ kind: 'failed', reason } satisfies FromAgent);
    this.#mux.close();
    this.#process.exit(0);
  }
}

/** What came of something that this host may refuse, and go on. */
async function answer<T>(
  work: Promise<T>,
): Promise<{ readonly value?: T; readonly refused?: string }> {
  try {
    return { value: await work };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}
