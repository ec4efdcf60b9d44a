import type { Calls } from '../collective/call/calls.ts';
import type { SpawnProgram } from '../control/message.ts';
import type { Disconnection } from '../group/connections.ts';
import type { Group } from '../group/group.ts';
import type { WorldSpan } from '../group/world-span.ts';
import type { Channel } from '../pt2pt/channel.ts';
import type { Request } from '../request/request.ts';
import type { Attributes } from './attributes.ts';
import type { Name } from './name.ts';

/** The other group of a communicator between two. */
export interface Remote {
  readonly group: Group;
  /** Whether collective calls count its ranks after those of the own group, and not before. */
  readonly comesLast: boolean;
}

/** What a communicator is made of; all that is done to it is done to these. */
export interface Parts {
  readonly name: Name;
  /** That of this rank. */
  readonly group: Group;
  /** Only if it is between two groups. */
  readonly remote: Remote | undefined;
  /** The messages of the user. */
  readonly channel: Channel;
  /** The collective calls. */
  readonly calls: Calls;
  readonly attributes: Attributes;
  readonly maker: Maker;
  /** Whether it lasts as long as the job. */
  readonly permanent: boolean;
}

/** What tells one communicator from all others. */
export interface Place {
  /** The same on all of its ranks, and on no other's. */
  readonly context: number;
  readonly group: Group;
  readonly remote?: Remote | undefined;
  readonly name: Name;
  /** None if left out. */
  readonly attributes?: Attributes | undefined;
}

/** What communicators are made by, and know of the job. */
export interface Maker {
  /** Give out a context that nobody else has. */
  newContext(): number;
  /** Open a communicator: each of its ranks must, with the same context and group. */
  open(place: Place): Parts;
  /** The host of a world rank, by number. */
  hostOf(worldRank: number): number;
  /** Resolve once this rank has heard of all these processes, so that it can open a communicator with them. */
  known(worldRanks: readonly number[]): Promise<void>;
  /** Take in that this rank is through with a communicator; resolves once all of its ranks are, and it connects nobody. */
  disconnected(parts: Parts, waiting: Waiting): Promise<void>;
  /** Have the launcher start programs as further processes of the job. @see Spawner.spawn */
  spawn(order: SpawnOrder): Promise<WorldSpan>;
}

/** What a process needs of what lies around it, to have others started, and to part from them. */
export interface Spawner {
  /**
   * Start programs, and resolve to the numbers of their processes when all have joined.
   *
   * @throws MpiError if they cannot be started; the job goes on
   */
  spawn(order: SpawnOrder): Promise<WorldSpan>;
  /**
   * Tell that this process is through with a communicator of which not all are in its world; resolves once all of them are,
   * or have ended.
   */
  part(news: Disconnection, waiting: Waiting): Promise<void>;
  /** Keep this process alive until the promise is settled, and hand that on: what it waits for comes from the launcher. */
  hold<T>(until: Promise<T>): Promise<T>;
}

/** What is to be started. */
export interface SpawnOrder {
  readonly programs: readonly SpawnProgram[];
  /** Who spawns it together, by world ranks. */
  readonly parents: readonly number[];
  /** That of the communicator between them and the children. */
  readonly context: number;
  /** Whether a child may fail without the job. */
  readonly tolerant: boolean;
  readonly waiting: Waiting;
}

/** What the user waits for meanwhile, and the call that it belongs to: for reports of where a rank is. */
export interface Waiting {
  readonly request: Request<unknown>;
  readonly call: string;
}
