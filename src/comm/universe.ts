import type { AlgorithmChoices } from '../base/algorithms.ts';
import type { UserLine } from '../collective/call/call.ts';
import { Calls } from '../collective/call/calls.ts';
import type { CollectiveSetup } from '../collective/call/setup.ts';
import { Group } from '../group/group.ts';
import type { Engine } from '../match/engine.ts';
import { Channel } from '../pt2pt/channel.ts';
import { Attributes } from './attributes.ts';
import { Communicator } from './communicator.ts';
import { Contexts } from './contexts.ts';
import { callsEndpoint, messagesEndpoint } from './endpoints.ts';
import { Name } from './name.ts';
import type { Maker, Parts, Place } from './parts.ts';

/** What the ranks of a job have in common. */
export interface UniverseOptions {
  readonly engine: Engine;
  /** The algorithms that the user has chosen. */
  readonly choices?: AlgorithmChoices | undefined;
  /** Finds the user's line in a stack; nothing if left out. */
  readonly userLine?: UserLine | undefined;
  /** Whether ranks compare what they call before each collective call. */
  readonly check?: boolean | undefined;
  /** The host of each world rank, by numbers; all on one if left out. */
  readonly hosts?: readonly number[] | undefined;
}

const WORLD_CONTEXT = 0;

/** All communicators of one rank, and what they have in common. */
export class Universe implements Maker {
  readonly world: Communicator;
  readonly self: Communicator;
  readonly #engine: Engine;
  readonly #setup: Omit<CollectiveSetup, 'sameHost'>;
  readonly #hosts: readonly number[];
  readonly #contexts: Contexts;

  constructor(options: UniverseOptions) {
    const { engine, choices = {}, userLine = () => undefined, check = false, hosts = [] } = options;
    this.#engine = engine;
    this.#setup = { choices, userLine, check };
    this.#hosts = hosts;
    const { rank, size } = engine;
    this.#contexts = new Contexts(rank, size);
    const everyRank = Array.from({ length: size }, (_, worldRank) => worldRank);
    const world = {
      context: WORLD_CONTEXT,
      group: new Group(everyRank, rank),
      name: new Name(undefined),
    };
    const self = {
      context: this.newContext(),
      group: new Group([rank], rank),
      name: new Name('self'),
    };
    this.world = new Communicator(this.#open(world, true));
    this.self = new Communicator(this.#open(self, true));
  }

  /** Give out a context that nobody else has. */
  newContext(): number {
    return this.#contexts.next();
  }

  /** The host of a world rank, by number. */
  hostOf(worldRank: number): number {
    return this.#hosts[worldRank] ?? 0;
  }

  /** Open a communicator: each of its ranks must, with the same context and group. */
  open(place: Place): Parts {
    return this.#open(place, false);
  }

  #open(place: Place, permanent: boolean): Parts {
    const { name, group, remote, attributes = new Attributes() } = place;
    const engine = this.#engine;
    const channel = new Channel(engine, messagesEndpoint(place));
    const endpoint = callsEndpoint(place);
    const calls = new Calls(engine, endpoint, this.#setupFor(endpoint.worldRanks));
    return { name, group, remote, channel, calls, attributes, maker: this, permanent };
  }

  #setupFor(worldRanks: readonly number[]): CollectiveSetup {
    const hosts = new Set(worldRanks.map((worldRank) => this.#hosts[worldRank]));
    return { ...this.#setup, sameHost: hosts.size === 1 };
  }
}
