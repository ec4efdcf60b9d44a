import type { AlgorithmChoices } from '../base/algorithms.ts';
import { MpiError } from '../base/error.ts';
import type { Random } from '../base/random.ts';
import type { UserLine } from '../collective/call/call.ts';
import { Calls } from '../collective/call/calls.ts';
import type { CollectiveSetup } from '../collective/call/setup.ts';
import { FOREIGN_HOST } from '../control/message.ts';
import { Group } from '../group/group.ts';
import { numbersIn, type WorldSpan } from '../group/world-span.ts';
import type { Engine } from '../match/engine.ts';
import type { Lines } from '../match/lines.ts';
import { Channel } from '../pt2pt/channel.ts';
import { CheckedChannel } from '../pt2pt/checked-channel.ts';
import { Attributes } from './attributes.ts';
import { Communicator, Intercommunicator } from './communicator.ts';
import { Contexts, crewContext, drawContext, worldContext } from './contexts.ts';
import { callsEndpoint, messagesEndpoint } from './endpoints.ts';
import { Name } from './name.ts';
import { Outside } from './outside.ts';
import type { Gateway, Maker, Parts, Place, Spawner, SpawnOrder, Waiting } from './parts.ts';

/** What the ranks of a job have in common. */
export interface UniverseOptions {
  readonly engine: Engine;
  /** The algorithms that the user has chosen. */
  readonly choices?: AlgorithmChoices | undefined;
  /** Finds the user's line in a stack; nothing if left out. */
  readonly userLine?: UserLine | undefined;
  /** Whether ranks compare what they call before each collective call. */
  readonly check?: boolean | undefined;
  /** Where the lines of messages are noted; left out if they are not. */
  readonly lines?: Lines | undefined;
  /** The host of each process, by numbers; all on one if left out. */
  readonly hosts?: readonly number[] | undefined;
  /** The processes that are the world of this one; all if left out. */
  readonly span?: WorldSpan | undefined;
  /** Those that have spawned this world, if any have, and the context of the communicator between them and it. */
  readonly parent?: { readonly ranks: readonly number[]; readonly context: number } | undefined;
  /** Starts further processes, and parts from them; left out where that cannot be. */
  readonly spawner?: Spawner | undefined;
  /** Leads to other jobs; left out where nothing does. */
  readonly gateway?: Gateway | undefined;
  /** Draws numbers from 0 to 1; `Math.random` if left out. */
  readonly random?: Random | undefined;
}

/** Those who wait for the news that there are so many processes. */
interface Waiter {
  readonly size: number;
  readonly resolve: () => void;
}

/** All communicators of one rank, and what they have in common. */
export class Universe implements Maker {
  readonly world: Communicator;
  readonly self: Communicator;
  /** Between the ranks of this world and those that have spawned it, if any have. */
  readonly parent: Intercommunicator | undefined;
  readonly #engine: Engine;
  readonly #setup: Omit<CollectiveSetup, 'sameHost'>;
  readonly #lines: Lines | undefined;
  readonly #hosts: number[];
  readonly #span: WorldSpan;
  readonly #spawner: Spawner | undefined;
  readonly gateway: Gateway | undefined;
  readonly #random: Random;
  readonly #contexts: Contexts;
  readonly #outside: Outside;
  #waiters: Waiter[] = [];
  #crew: Communicator | undefined;

  constructor(options: UniverseOptions) {
    const { engine, choices = {}, userLine = () => undefined, check = false, hosts = [] } = options;
    const { span = { first: 0, count: engine.size }, parent, spawner } = options;
    this.#engine = engine;
    this.#setup = { choices, userLine, check };
    this.#lines = options.lines;
    this.#hosts = [...hosts];
    this.#span = span;
    this.#spawner = spawner;
    this.gateway = options.gateway;
    this.#random = options.random ?? Math.random;
    const { rank } = engine;
    this.#contexts = new Contexts(rank, span);
    this.#outside = new Outside(span);
    const group = new Group(numbersIn(span), rank);
    const world = { context: worldContext(span), group, name: new Name(undefined) };
    const self = {
      context: this.newContext(),
      group: new Group([rank], rank),
      name: new Name('self'),
    };
    this.world = new Communicator(this.#open(world, true));
    this.self = new Communicator(this.#open(self, true));
    this.parent = parent && new Intercommunicator(this.#openParent(group, parent));
  }

  /** Take in that there are further processes, on these hosts: the engine knows of them already. */
  grow(first: number, hosts: readonly number[]): void {
    for (const [at, host] of hosts.entries()) this.#hosts[first + at] = host;
    const { size } = this.#engine;
    for (const waiter of this.#waiters) if (waiter.size <= size) waiter.resolve();
    this.#waiters = this.#waiters.filter((waiter) => waiter.size > size);
  }

  /** The ranks of this world, for the messages of pools; undefined if there is only one. */
  crew(): Communicator | undefined {
    if (this.#span.count === 1) return undefined;
    const context = crewContext(this.#span);
    const { group } = this.world;
    const place = { context, group, name: new Name('pool'), lenient: true };
    this.#crew ??= new Communicator(this.#open(place, true));
    return this.#crew;
  }

  /** Give out a context that nobody else has. */
  newContext(): number {
    return this.#contexts.next();
  }

  drawContext(): number {
    return drawContext(this.#random());
  }

  reserveContext(context: number): boolean {
    return this.#contexts.reserve(context);
  }

  spans(worldRanks: readonly number[]): boolean {
    return worldRanks.some((worldRank) => this.#hosts[worldRank] === FOREIGN_HOST);
  }

  /** The host of a world rank, by number. */
  hostOf(worldRank: number): number {
    return this.#hosts[worldRank] ?? 0;
  }

  /** Open a communicator: each of its ranks must, with the same context and group. */
  open(place: Place): Parts {
    return this.#open(place, false);
  }

  async disconnected({ channel, calls }: Parts, waiting: Waiting): Promise<void> {
    const { context } = channel.endpoint;
    const processes = calls.endpoint.worldRanks;
    if (!this.#outside.remove(processes)) return;
    const { connected } = this.#outside;
    await this.#spawner?.part({ context, processes, connected }, waiting);
    // Others of this job are through with it as well: nothing of it is under way any more.
    if (this.spans(processes)) this.gateway?.part(this.#outside.connected);
  }

  async known(worldRanks: readonly number[]): Promise<void> {
    const size = Math.max(...worldRanks) + 1;
    if (size <= this.#engine.size) return;
    const news = new Promise<void>((resolve) => {
      this.#waiters.push({ size, resolve });
    });
    await (this.#spawner?.hold(news) ?? news);
  }

  async spawn(order: SpawnOrder): Promise<WorldSpan> {
    if (this.#spawner !== undefined) return await this.#spawner.spawn(order);
    throw new MpiError('ERR_SPAWN', 'nothing here can start further processes');
  }

  #openParent(group: Group, { ranks, context }: NonNullable<UniverseOptions['parent']>): Parts {
    const remote = { group: new Group(ranks, this.#engine.rank), comesLast: false };
    return this.#open({ context, group, remote, name: new Name('parent') }, false);
  }

  #open(place: Place, permanent: boolean): Parts {
    const { name, group, remote, attributes = new Attributes() } = place;
    const engine = this.#engine;
    const channel = this.#channelFor(place);
    const endpoint = callsEndpoint(place, this.#span);
    const calls = new Calls(engine, endpoint, this.#setupFor(endpoint.worldRanks));
    this.#outside.add(endpoint.worldRanks);
    const spans = this.spans(endpoint.worldRanks);
    return { name, group, remote, channel, calls, attributes, maker: this, permanent, spans };
  }

  #channelFor(place: Place): Channel {
    const engine = this.#engine;
    const endpoint = messagesEndpoint(place, this.#span);
    const lines = this.#lines;
    // Of other jobs no lines are known.
    return lines === undefined || place.lenient === true || this.spans(endpoint.worldRanks)
      ? new Channel(engine, endpoint)
      : new CheckedChannel(engine, endpoint, lines);
  }

  #setupFor(worldRanks: readonly number[]): CollectiveSetup {
    const hosts = new Set(worldRanks.map((worldRank) => this.hostOf(worldRank)));
    const setup = { ...this.#setup, sameHost: hosts.size === 1 };
    // The users of two jobs may have chosen differently, and ranks of both must do alike.
    return hosts.has(FOREIGN_HOST) ? { ...setup, choices: {}, check: false } : setup;
  }
}
