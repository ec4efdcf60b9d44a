import type { Calls } from '../collective/call/calls.ts';
import type { SpawnProgram } from '../control/message.ts';
import type { Disconnection } from '../group/connections.ts';
import type { Group } from '../group/group.ts';
import type { WorldSpan } from '../group/world-span.ts';
import type { Limits } from '../match/limits.ts';
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
  /** Whether some of its ranks belong to another job. */
  readonly spans: boolean;
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
  /** Whether its ranks may leave messages unread, since others of them may end at any time. */
  readonly lenient?: boolean | undefined;
}

/** What communicators are made by, and know of the job. */
export interface Maker {
  /** Give out a context that nobody else in this job has. */
  newContext(): number;
  /** Draw a context that perhaps nobody in any job has. */
  drawContext(): number;
  /** Agree to a context that was drawn. @returns false if it is in use here, or was */
  reserveContext(context: number): boolean;
  /** Whether some of these processes belong to another job. */
  spans(worldRanks: readonly number[]): boolean;
  /** Open a communicator: each of its ranks must, with the same context and group. */
  open(place: Place): Parts;
  /** The host of a world rank, by number. */
  hostOf(worldRank: number): number;
  /** Resolve once this rank has heard of all these processes, so that it can open a communicator with them. */
  known(worldRanks: readonly number[]): Promise<void>;
  /** Brings this process together with others of other jobs; undefined where that cannot be. */
  readonly gateway: Gateway | undefined;
  /** Take in that this rank is through with a communicator; resolves once all of its ranks are, and it connects nobody. */
  disconnected(parts: Parts, waiting: Waiting): Promise<void>;
  /** Have the launcher start programs as further processes of the job. @see Spawner.spawn */
  spawn(order: SpawnOrder): Promise<WorldSpan>;
}

/** One end of a meeting of two groups of different jobs, as their roots have agreed on it: told to all of its own group. */
export interface MeetingPlan {
  /** The numbers of the other group here: its ranks have those from `first` on. */
  readonly first: number;
  readonly count: number;
  /** By these numbers the other job knows this group: its ranks have those from here on. */
  readonly knownFrom: number;
  /** Whether collective calls count the other group after this one. */
  readonly comesLast: boolean;
  /** The host of the root. */
  readonly host: number;
  /** Whether processes on the hosts of the two roots reach each other over socket files. */
  readonly near: boolean;
  /** For what goes over the network, if anything does: the addresses of the root's host, and the keys of this connection. */
  readonly network:
    | {
        readonly bind: readonly string[];
        readonly keys: { readonly publicKey: string; readonly secretKey: string };
      }
    | undefined;
}

/** How a process is reached by those of another job. */
export interface Reach {
  /** The socket file, for processes of that host. */
  readonly file?: string | undefined;
  /** The address in the network. */
  readonly address?: string | undefined;
}

/** The meeting of two roots that is under way. */
export interface Meeting {
  readonly plan: MeetingPlan;
  /** Tell the other root something, and hear what it tells. @throws MpiError if it is gone, or the time is over */
  exchange(mine: unknown): Promise<unknown>;
  /** Both groups are joined: from now on each job tells the other of ends. @param group  this one, by world ranks */
  settle(group: readonly number[]): void;
  /** Give it up; of no account once it is settled. */
  abandon(reason: string): void;
}

/** Where to meet, and what the user waits for meanwhile. */
export interface MeetingOptions extends Limits {
  readonly port: string;
  readonly key?: string | undefined;
  /** How many ranks this group has. */
  readonly size: number;
  /** Whether some of them are on another host than this one. */
  readonly far: boolean;
  readonly waiting: Waiting;
}

/** What a process needs of what lies around it, to meet other jobs. */
export interface Gateway {
  /** Wait for the next group that comes to a port of this process. @throws MpiError `ERR_PORT`, `ERR_TIMEOUT` */
  accept(options: MeetingOptions): Promise<Meeting>;
  /** Go to a port of another job, and wait until somebody accepts there. @throws MpiError `ERR_PORT`, `ERR_TIMEOUT` */
  connect(options: MeetingOptions): Promise<Meeting>;
  /** Have this process accept messages of the other group. @returns where */
  open(plan: MeetingPlan, rank: number): Reach;
  /** Have this process reach the other group, by rank. */
  join(plan: MeetingPlan, theirs: readonly Reach[]): void;
  /** Take back `open`. */
  close(plan: MeetingPlan): void;
  /** Leave all groups of other jobs of which no process is among these. */
  part(connected: readonly number[]): void;
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
