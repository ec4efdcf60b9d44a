import { finished } from 'node:stream/promises';
import { Tail } from '../forward/tail.ts';
import type { ProbeTarget, Reached } from '../network/reach.ts';
import type { Parcel } from '../parcel/parcel.ts';
import type { OnMessage, StartedRank } from '../start/start.ts';
import type { RemoteProcess } from './agent-process.ts';
import { framedCode } from './bootstrap.ts';
import { readGreeting } from './greeting.ts';
import { Heartbeat } from './heartbeat.ts';
import { HostError, hostSilent, noHello, startFailure, tooMuchNoise } from './host-error.ts';
import { Mux } from './mux.ts';
import { refusedBy } from './no-node.ts';
import {
  type AgentStart,
  type FromAgent,
  type HostFacts,
  type HostPart,
  type MemberNews,
  type NetworkOptions,
  PARCEL_CHANNEL,
  type ProbePlace,
  relayChannel,
  type ToAgent,
} from './protocol.ts';
import { RemoteRank } from './remote-rank.ts';
import { Replies, type Reply } from './replies.ts';
import { within } from './within.ts';

/** What a link needs to be made. */
export interface LinkOptions {
  /** The host's name, for messages. */
  readonly host: string;
  /** The name of the remote start: `ssh`. */
  readonly startName: string;
  /** The agent's code. */
  readonly code: string;
  readonly start: AgentStart;
  /** Called once, if the host is lost after it said hello and before `end` was called. */
  readonly onLost: (error: HostError) => void;
  /** So long the first word of the agent may take; 20 s unless a test says otherwise. */
  readonly helloMs?: number;
}

/** A host that accepts a connection may still never say a word. */
const HELLO_MS = 20_000;
/** An agent that was told that all is over has so long to go. */
const END_MS = 2_000;
/** A command whose output has ended may go on for so long. */
const EXIT_MS = 1_000;
/** When a command has ended, others may hold the streams that it had; so long is waited for what lies in them. */
const LAST_WORDS_MS = 200;
/** So many lines of what a remote start says are worth telling. */
const SHOWN_LINES = 4;

/** The launcher's view of one agent. */
export class AgentLink {
  readonly host: string;
  readonly #options: LinkOptions;
  readonly #process: RemoteProcess;
  readonly #errors = new Tail();
  readonly #ranks = new Map<number, RemoteRank>();
  readonly #relays = new Map<number, (ending: string) => void>();
  readonly #replies = new Replies();
  readonly #hello: Promise<HostFacts>;
  #onMember: (news: MemberNews) => void = () => {};
  #mux: Mux | undefined;
  #heartbeat: Heartbeat | undefined;
  #ended = false;
  #lost: HostError | undefined;
  #nextRelay = 0;

  constructor(process: RemoteProcess, options: LinkOptions) {
    this.host = options.host;
    this.#options = options;
    this.#process = process;
    process.stderr.on('data', (chunk: Buffer) => this.#errors.take(chunk));
    process.stdin.write(framedCode(options.code));
    this.#hello = this.#greet(options.start);
    // Whoever waits is told; that nobody waits yet is no fault.
    this.#hello.catch(() => {});
  }

  /** Resolves once the agent runs. @throws HostError */
  hello(): Promise<HostFacts> {
    return this.#hello;
  }

  /**
   * Ask the agent something, one question with that reply at a time.
   *
   * @throws HostError if the host is lost, or cannot do what was asked; then it is lost
   */
  ask<K extends Reply>(reply: K, question: ToAgent): Promise<FromAgent & { kind: K }> {
    const answer = this.#replies.next(reply);
    this.#send(question);
    return answer;
  }

  /** Bring those of the parcels to the host that it lacks, and say which these were. @throws HostError */
  async supply(parcels: readonly Parcel[]): Promise<readonly Parcel[]> {
    const hashes = parcels.map(({ hash }) => hash);
    const { hashes: missing } = await this.ask('missing', { kind: 'parcels', hashes });
    const needed = parcels.filter(({ hash }) => missing.includes(hash));
    const channel = this.#mux?.writer(PARCEL_CHANNEL);
    for (const parcel of needed) {
      const archive = await parcel.pack();
      const { hash } = parcel;
      const placed = this.#agreed('placed', { kind: 'parcel', hash, bytes: archive.length });
      channel?.write(archive);
      await placed;
    }
    return needed;
  }

  /** Have the agent let others try to reach its host. @throws HostError if that cannot be */
  async listen(network: NetworkOptions): Promise<ProbePlace | undefined> {
    return (await this.#agreed('listening', { kind: 'listen', ...network })).probe;
  }

  /** Nobody tries any more. */
  listenNoMore(): void {
    this.#send({ kind: 'listen-no-more' });
  }

  /** Have the agent find out under which addresses it reaches others. @throws HostError */
  async reach(targets: readonly ProbeTarget[], timeoutMs: number): Promise<readonly Reached[]> {
    return (await this.ask('reached', { kind: 'reach', targets, timeoutMs })).reached;
  }

  /** Have the agent meet those ranks of a job that another launcher has started on its host. */
  meet(job: string, size: number, onMember: (news: MemberNews) => void): void {
    this.#onMember = onMember;
    this.#send({ kind: 'meet', job, size });
  }

  /** Give the host its part of the job, or more of it. @throws HostError */
  prepare(part: HostPart): Promise<Extract<FromAgent, { readonly kind: 'ready' }>> {
    return this.#agreed('ready', { kind: 'part', part });
  }

  /** Start one rank of the part. Rejects with an error that says why it could not be started. */
  startRank(rank: number, onMessage: OnMessage): Promise<StartedRank> {
    const mux = this.#mux;
    if (mux === undefined || this.#lost !== undefined) {
      return Promise.reject(this.#lost ?? new Error(`${this.host} is not ready`));
    }
    const remote = new RemoteRank(rank, mux, (message) => this.#send(message), onMessage);
    this.#ranks.set(rank, remote);
    this.#send({ kind: 'start', rank });
    return remote.started;
  }

  /** Run a command on that host. */
  relay(argv: readonly string[]): RemoteProcess {
    const id = this.#nextRelay++;
    const mux = this.#mux;
    if (mux === undefined) throw new Error(`${this.host} is not ready`);
    const ended = new Promise<string>((resolve) => {
      this.#relays.set(id, resolve);
    });
    this.#send({ kind: 'relay', id, argv });
    return {
      stdin: mux.writer(relayChannel(id, 'pipe')),
      stdout: mux.reader(relayChannel(id, 'pipe')),
      stderr: mux.reader(relayChannel(id, 'stderr')),
      ended,
      kill: () => this.#send({ kind: 'relay-kill', id }),
    };
  }

  /** Say that the launcher will be silent, or is back. */
  suspend(suspended: boolean): void {
    this.#send({ kind: 'suspend', suspended });
    this.#heartbeat?.suspend(suspended);
  }

  /** All is over: let the agent go, and see that it goes. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#heartbeat?.stop();
    this.#send({ kind: 'end' });
    const runs = this.#mux !== undefined && this.#lost === undefined;
    if (runs) await within(END_MS, this.#process.ended);
    this.#process.kill();
    this.#mux?.close();
  }

  async #greet(start: AgentStart): Promise<HostFacts> {
    const { startName, helloMs = HELLO_MS } = this.#options;
    const greeting = await within(helloMs, readGreeting(this.#process.stdout));
    if (greeting === undefined) throw this.#fail(noHello(this.host, startName, helloMs));
    if (greeting === 'noise') throw this.#fail(tooMuchNoise(this.host, startName));
    if (greeting === 'ended') throw this.#fail(await this.#ending());
    if (greeting.word !== 'hello') throw this.#fail(refusedBy(this.host, greeting));
    if (this.#ended) throw new HostError(this.host, 'it is needed no more');
    const { stdout, stdin } = this.#process;
    this.#mux = new Mux(stdout, stdin, {
      onMessage: (message) => this.#take(message as FromAgent),
      onHeard: () => this.#heartbeat?.heard(),
      onClosed: (error) => void this.#onClosed(error),
    });
    const { hostTimeoutMs } = start;
    const heartbeat = new Heartbeat({
      patienceMs: hostTimeoutMs,
      beat: () => this.#send({ kind: 'beat' }),
      onSilence: () => this.#onLost(hostSilent(this.host, hostTimeoutMs)),
    });
    this.#heartbeat = heartbeat;
    // Until the agent has its bearings it may be slow, as its host may be.
    heartbeat.suspend(true);
    stdout.resume();
    void this.#process.ended.then(async () => this.#onLost(await this.#ending()));
    const facts = await within(helloMs, this.ask('hello', { kind: 'begin', ...start }));
    if (facts === undefined) throw this.#fail(noHello(this.host, startName, helloMs));
    heartbeat.suspend(false);
    return facts;
  }

  /** Ask for something that the host may refuse without being lost. @throws HostError */
  async #agreed<K extends 'ready' | 'placed' | 'listening'>(
    reply: K,
    question: ToAgent,
  ): Promise<FromAgent & { kind: K }> {
    const answer = await this.ask(reply, question);
    if (answer.refused !== undefined) throw new HostError(this.host, answer.refused);
    return answer;
  }

  #take(message: FromAgent): void {
    switch (message.kind) {
      case 'started':
      case 'not-started':
      case 'told':
      case 'ended':
      case 'gone':
        this.#ranks.get(message.rank)?.take(message);
        break;
      case 'relay-ended':
        this.#relays.get(message.id)?.(message.ending);
        this.#relays.delete(message.id);
        break;
      case 'failed':
        this.#onLost(new HostError(this.host, message.reason));
        break;
      case 'member':
        this.#onMember(message.news);
        break;
      case 'beat':
        break;
      default:
        this.#replies.take(message);
    }
  }

  #send(message: ToAgent): void {
    this.#mux?.send(message);
  }

  /** The pipe has come to its end; how the process ended says more than that. */
  async #onClosed(error: Error | undefined): Promise<void> {
    if (error !== undefined) {
      this.#onLost(new HostError(this.host, `its agent said what it should not: ${error.message}`));
      return;
    }
    this.#onLost(await this.#ending());
  }

  /** How the command that is our way to the host has ended, or is about to. */
  async #ending(): Promise<HostError> {
    const { ended, stderr } = this.#process;
    const ending = (await within(EXIT_MS, ended)) ?? 'has closed its output, but does not end';
    await within(
      LAST_WORDS_MS,
      finished(stderr, { writable: false }).catch(() => {}),
    );
    return startFailure(this.host, this.#options.startName, ending, this.#said());
  }

  #onLost(error: HostError): void {
    if (this.#lost !== undefined || this.#ended) return;
    this.#fail(error);
    this.#options.onLost(error);
    for (const rank of this.#ranks.values()) rank.lose();
    for (const onEnd of this.#relays.values()) onEnd(`was lost with ${this.host}`);
    setTimeout(() => this.#mux?.close(), LAST_WORDS_MS);
  }

  #fail(error: HostError): HostError {
    this.#lost = error;
    this.#heartbeat?.stop();
    this.#process.kill();
    this.#replies.fail(error);
    return error;
  }

  #said(): readonly string[] {
    return this.#errors.lines().slice(-SHOWN_LINES);
  }
}
