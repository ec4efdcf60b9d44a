import type { UNDEFINED } from '../base/constants.ts';
import {
  type Neighbors,
  neighborAllgather,
  neighborAlltoall,
} from '../collective/neighbor/neighbor.ts';
import type { Group } from '../group/group.ts';
import type { Limits } from '../match/limits.ts';
import { NO_OPTIONS } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import type { Adjacency, GraphNode } from '../topology/graph.ts';
import type { Grid, Shift } from '../topology/grid.ts';
import { Between } from './between.ts';
import { blame } from './blame.ts';
import { type CartesianOptions, cartesian, neighborsIn, sub } from './cartesian.ts';
import { connect, type IntercommunicatorOptions } from './connect.ts';
import { type CreateGroupOptions, create, createGroup } from './create.ts';
import type { CreateOptions } from './creation.ts';
import { duplicate } from './duplicate.ts';
import {
  type DistributedGraphOptions,
  distributedGraph,
  type GraphOptions,
  graph,
  neighborsAlong,
} from './graph.ts';
import { type MapOptions, map } from './map.ts';
import { type AcceptOptions, type ConnectOptions, meet } from './meet.ts';
import { type MergeOptions, merge } from './merge.ts';
import type { Parts } from './parts.ts';
import { PersistentCollectives } from './persistent-collectives.ts';
import { type SpawnOptions, spawn } from './spawn.ts';
import type { SpawnPart } from './spawn-programs.ts';
import { split } from './split.ts';
import { splitType } from './split-type.ts';
import { started } from './started.ts';

/** What a split gives: undefined only where the color may be UNDEFINED, as in `isIdle ? UNDEFINED : 0`. */
export type PartOf<C extends number> = number extends C
  ? Communicator
  : typeof UNDEFINED extends C
    ? Communicator | undefined
    : Communicator;

/**
 * A group of ranks that can talk to each other, seen from one of them.
 *
 * What makes further communicators is a collective call: all ranks must make it, in the same order among their other
 * collective calls. Messages on one communicator never meet those on another. All reject with `ERR_ARG` for illegal
 * arguments besides the errors of collective calls.
 *
 * Not yet: types of split but `shared`, groups of an intercommunicator (§7.4.2); attributes of `self` are not deleted by
 * `finalize` (§11.2.4); ranks keep their order in topologies.
 *
 * @see MPI-4.1 §7
 */
export class Communicator extends PersistentCollectives {
  readonly #parts: Parts;

  /** Communicators come from the library: `world`, `self`, and what is made of them. */
  constructor(parts: Parts) {
    super(parts);
    this.#parts = parts;
  }

  /**
   * Make a communicator of the same ranks in the same order, for messages that are to meet no others: so a library keeps
   * its own apart. Attributes are copied as their callbacks say, a topology is kept.
   *
   * @see MPI-4.1 §7.4.2 MPI_Comm_dup
   */
  duplicate(options: CreateOptions = NO_OPTIONS): Request<Communicator> {
    return started(() => duplicate(this.#parts, options, plain));
  }

  /**
   * Make one communicator for each color that ranks give. In each, ranks are in the order of their keys, and those with
   * the same key in their old order.
   *
   * @param color  from 0 to 2^31 - 1, or UNDEFINED to be in none
   * @param key  from -2^31 to 2^31 - 1
   * @returns undefined for the color UNDEFINED
   * @see MPI-4.1 §7.4.2 MPI_Comm_split
   */
  split<C extends number>(
    color: C,
    key: number = 0,
    options: CreateOptions = NO_OPTIONS,
  ): Request<PartOf<C>> {
    const part = started(() => split(this.#parts, color, key, options, plain));
    return part as Request<PartOf<C>>;
  }

  /**
   * Make one communicator for each host: `shared` stands for ranks that can share memory.
   *
   * @see MPI-4.1 §7.4.2 MPI_Comm_split_type
   */
  splitType(
    type: 'shared',
    key: number = 0,
    options: CreateOptions = NO_OPTIONS,
  ): Request<Communicator> {
    return started(() => splitType(this.#parts, type, key, options, plain));
  }

  /**
   * Make a communicator of a group of ranks of this one; all of its ranks must call it, those outside too. Ranks may give
   * different groups at once, if no rank is in two and each gives the one that it is in, or an empty one.
   *
   * @returns undefined for ranks outside
   * @throws MpiError `ERR_GROUP` if the group is none, or has ranks that are not in this communicator
   * @see MPI-4.1 §7.4.2 MPI_Comm_create
   */
  create(group: Group, options: CreateOptions = NO_OPTIONS): Request<Communicator | undefined> {
    return started(() => create(this.#parts, group, options, plain));
  }

  /**
   * Make a communicator of a group of ranks of this one; only these must call it. Groups that have ranks in common and
   * are made at the same time need different tags.
   *
   * @throws MpiError `ERR_GROUP` as `create`, and if this rank is not in the group; `ERR_TAG`
   * @see MPI-4.1 §7.4.2 MPI_Comm_create_group
   */
  createGroup(group: Group, options: CreateGroupOptions = NO_OPTIONS): Request<Communicator> {
    return started(() => createGroup(this.#parts, group, options, plain));
  }

  /**
   * Lay the first ranks out in a grid, the last dimension fastest, all in their old order.
   *
   * @param dims  ranks in each dimension; 0 where it is to be chosen, so that the grid has all ranks
   * @returns undefined for ranks beyond the grid
   * @throws MpiError `ERR_ARG` if the grid has more ranks than this communicator; `ERR_MISMATCH` if others give other
   *   dimensions or periods
   * @see MPI-4.1 §8.5.1
   */
  cartesian(
    dims: readonly number[],
    options: CartesianOptions = NO_OPTIONS,
  ): Request<CartesianCommunicator | undefined> {
    return started(() => cartesian(this.#parts, dims, options, onGrid));
  }

  /**
   * Join this group with another one, so that each can send to the other: all ranks of both must call it.
   *
   * @param localLeader  speaks for this group
   * @param peer  a communicator that both leaders are in; counts on them alone, as does the next
   * @param remoteLeader  rank in `peer` of the one who speaks for the other group
   * @throws MpiError `ERR_RANK` for leaders that are no ranks, `ERR_COMM` if there is no peer, `ERR_GROUP` if the groups
   *   have a rank in common, `ERR_TAG`
   * @see MPI-4.1 §7.6.2
   */
  intercommunicator(
    localLeader: number,
    peer: Communicator | undefined,
    remoteLeader: number,
    options: IntercommunicatorOptions = NO_OPTIONS,
  ): Request<Intercommunicator> {
    const isPeer = typeof peer === 'object' && peer !== null && #parts in peer;
    const parts = isPeer ? peer.#parts : undefined;
    return started(() => connect(this.#parts, localLeader, parts, remoteLeader, options, between));
  }

  /**
   * Start a program as further processes of the job, or several programs, whose ranks have one `world`: in the order of the
   * programs. There `parent` is the other side of what this makes, and `merge` brings all together.
   *
   * A path is relative to where the job was started, as on the command line; `new URL('child.ts', import.meta.url)` lies
   * beside the calling module. Takes as long as to launch them: resolves when all have imported `tsmpi`.
   *
   * Not yet: hosts that `-H`, the hostfile or the allocation do not name; `soft`, error codes of each process (MPI-4.1 §11.8.2).
   *
   * @param program  counts on the root alone
   * @throws MpiError `ERR_SPAWN` if they cannot be started: the job goes on
   * @see MPI-4.1 §11.8.2 MPI_Comm_spawn, §11.8.3 MPI_Comm_spawn_multiple
   */
  spawn(
    program: string | URL | readonly SpawnPart[],
    options: SpawnOptions = NO_OPTIONS,
  ): Request<Intercommunicator> {
    return started(() => spawn(this.#parts, program, options, between));
  }

  /**
   * Wait for a group of another job that comes to a port, and join with it: each group is the other side of what this makes. All
   * that is done there works as between groups of one job. Several can be awaited at once, and are served in turn.
   *
   * @param port  what `ports.open` gave; counts on the root alone, as do `timeout` and `signal`
   * @throws MpiError `ERR_PORT` if this process has no such port open, or it is closed meanwhile; `ERR_TIMEOUT`
   * @see MPI-4.1 §11.9.2 MPI_Comm_accept
   */
  accept(
    port: string | undefined,
    options: AcceptOptions = NO_OPTIONS,
  ): Request<Intercommunicator> {
    return started(() => meet(this.#parts, 'accept', port, options, between));
  }

  /**
   * Go to a port of another job, and join with the group that accepts there.
   *
   * @param port  what `ports.lookUp` gave, or the other job has told; counts on the root alone, as do all options but the name
   * @throws MpiError `ERR_PORT` if nobody listens there, the key is wrong, the job is this one or has another version of tsmpi;
   *   `ERR_TIMEOUT`
   * @see MPI-4.1 §11.9.3 MPI_Comm_connect
   */
  connect(
    port: string | undefined,
    options: ConnectOptions = NO_OPTIONS,
  ): Request<Intercommunicator> {
    return started(() => meet(this.#parts, 'connect', port, options, between));
  }

  /**
   * Call a function for each item, on whichever rank is free, so that all have about as much to do: rank 0 hands out the items,
   * and works itself. Every rank must give the same function; nothing is sent but items and results. An item that takes long on
   * rank 0 holds up the others once they have done one more each.
   *
   * @param items  count on rank 0 alone
   * @returns the results in the order of the items; undefined on other ranks, unless `all` says that they get them
   * @throws MpiError `ERR_TASK` on all ranks if the function fails on an item, with its place as `item`, and what it threw as
   *   `cause`; then no further items are handed out. `ERR_TYPE` for items and results that cannot be sent
   */
  map<T, R>(
    fn: (item: T) => R,
    items: Iterable<NoInfer<T>> | undefined,
    options: MapOptions & { readonly all: true },
  ): Request<Awaited<R>[]>;
  map<T, R>(
    fn: (item: T) => R,
    items?: Iterable<NoInfer<T>>,
    options?: MapOptions,
  ): Request<Awaited<R>[] | undefined>;
  map(
    fn: (item: never) => unknown,
    items?: Iterable<unknown>,
    options: MapOptions = NO_OPTIONS,
  ): Request<unknown> {
    return started(() => map(this.#parts, fn, items, options));
  }

  /**
   * Make a graph of which each rank gives the edges that begin or end at it.
   *
   * @throws MpiError `ERR_RANK` for an edge to no rank
   * @see MPI-4.1 §8.5.4 MPI_Dist_graph_create_adjacent
   */
  graph(options: GraphOptions): Request<GraphCommunicator> {
    return started(() => graph(this.#parts, options, onGraph));
  }

  /**
   * Make a graph of edges that any rank may give, whosever they are.
   *
   * @throws MpiError `ERR_RANK` for an edge from or to no rank
   * @see MPI-4.1 §8.5.4 MPI_Dist_graph_create
   */
  distributedGraph(
    nodes: readonly GraphNode[],
    options: DistributedGraphOptions = NO_OPTIONS,
  ): Request<GraphCommunicator> {
    return started(() => distributedGraph(this.#parts, nodes, options, onGraph));
  }
}

/**
 * A communicator whose ranks have neighbours.
 *
 * @template Nobody  undefined if there may be places without a rank
 * @see MPI-4.1 §8.6
 */
abstract class Topology<Nobody extends undefined> extends Communicator {
  readonly #parts: Parts;
  readonly #neighbors: Neighbors;

  constructor(parts: Parts, neighbors: Neighbors) {
    super(parts);
    this.#parts = parts;
    this.#neighbors = neighbors;
  }

  /**
   * Give one value to all neighbours.
   *
   * @returns the value of each source, in the order of the sources; undefined where there is no rank
   * @see MPI-4.1 §8.6.1
   */
  neighborAllgather<T>(value: T, options: Limits = NO_OPTIONS): Request<(T | Nobody)[]> {
    const { calls } = this.#parts;
    return started(
      () => neighborAllgather(calls, this.#neighbors, value, options) as Request<(T | Nobody)[]>,
    );
  }

  /**
   * Give each neighbour a value of its own.
   *
   * @param values  one for each destination, in their order
   * @returns as `neighborAllgather`
   * @throws MpiError `ERR_COUNT` for fewer or more values
   * @see MPI-4.1 §8.6.2
   */
  neighborAlltoall<T>(values: readonly T[], options: Limits = NO_OPTIONS): Request<(T | Nobody)[]> {
    const { calls } = this.#parts;
    return started(
      () => neighborAlltoall(calls, this.#neighbors, values, options) as Request<(T | Nobody)[]>,
    );
  }
}

/**
 * A communicator whose ranks are laid out in a grid.
 *
 * Its neighbours are for each dimension the one before, then the one behind.
 *
 * @see MPI-4.1 §8.5.1
 */
export class CartesianCommunicator extends Topology<undefined> {
  /** Ranks in each dimension. */
  readonly dims: readonly number[];
  /** Whether the last rank of each dimension is followed by the first. */
  readonly periods: readonly boolean[];
  /** Place of this rank in each dimension. */
  readonly coordinates: readonly number[];
  readonly #parts: Parts;
  readonly #grid: Grid;

  constructor(parts: Parts, grid: Grid) {
    super(parts, neighborsIn(grid, parts.group.rank));
    this.dims = grid.dims;
    this.periods = grid.periods;
    this.coordinates = Object.freeze(grid.coordinates(this.rank));
    this.#parts = parts;
    this.#grid = grid;
  }

  /** Find the place of any rank. @throws MpiError `ERR_RANK` @see MPI-4.1 §8.5.5 */
  coordinatesOf(rank: number): number[] {
    return this.#ask('coordinatesOf', () => this.#grid.coordinates(rank));
  }

  /**
   * Find the rank at a place; coordinates of periodic dimensions are taken modulo their ranks.
   *
   * @throws MpiError `ERR_ARG` for a place outside, or not one number for each dimension
   * @see MPI-4.1 §8.5.5
   */
  rankAt(coordinates: readonly number[]): number {
    return this.#ask('rankAt', () => this.#grid.rankAt(coordinates));
  }

  /**
   * Find whom to receive from and whom to send to when all values move so far along a dimension; PROC_NULL beyond an edge.
   *
   * @throws MpiError `ERR_ARG` if there is no such dimension
   * @see MPI-4.1 §8.5.6
   */
  shift(dimension: number, distance: number = 1): Shift {
    return this.#ask('shift', () => this.#grid.shift(this.rank, dimension, distance));
  }

  /**
   * Cut the grid into grids of fewer dimensions, and make a communicator of each.
   *
   * @param remain  for each dimension, whether the new grids have it
   * @see MPI-4.1 §8.5.7
   */
  sub(
    remain: readonly boolean[],
    options: CreateOptions = NO_OPTIONS,
  ): Request<CartesianCommunicator> {
    return started(() => sub(this.#parts, this.#grid, remain, options, onGrid));
  }

  override duplicate(options: CreateOptions = NO_OPTIONS): Request<CartesianCommunicator> {
    return started(() => duplicate(this.#parts, options, (parts) => onGrid(parts, this.#grid)));
  }

  #ask<T>(call: string, question: () => T): T {
    return blame(this.#parts.channel.endpoint, call, question);
  }
}

/** A communicator whose ranks have neighbours along the edges of a graph. @see MPI-4.1 §8.5.4 */
export class GraphCommunicator extends Topology<never> {
  /** Ranks with an edge to this one. */
  readonly sources: readonly number[];
  /** Ranks that this one has an edge to. */
  readonly destinations: readonly number[];
  /** One for each source; undefined if the graph has no weights. */
  readonly sourceWeights: readonly number[] | undefined;
  /** One for each destination; undefined if the graph has no weights. */
  readonly destinationWeights: readonly number[] | undefined;
  readonly #parts: Parts;
  readonly #edges: Adjacency;

  constructor(parts: Parts, edges: Adjacency) {
    super(parts, neighborsAlong(edges));
    this.sources = edges.sources;
    this.destinations = edges.destinations;
    this.sourceWeights = edges.sourceWeights;
    this.destinationWeights = edges.destinationWeights;
    this.#parts = parts;
    this.#edges = edges;
  }

  override duplicate(options: CreateOptions = NO_OPTIONS): Request<GraphCommunicator> {
    return started(() => duplicate(this.#parts, options, (parts) => onGraph(parts, this.#edges)));
  }
}

/**
 * Two groups that can talk to each other, seen from a rank of one of them.
 *
 * @see MPI-4.1 §7.6
 */
export class Intercommunicator extends Between {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    super(parts);
    this.#parts = parts;
  }

  /** Make another one of the same groups, as that of one group does. @see MPI-4.1 §7.4.2 MPI_Comm_dup */
  duplicate(options: CreateOptions = NO_OPTIONS): Request<Intercommunicator> {
    return started(() => duplicate(this.#parts, options, between));
  }

  /**
   * Make one for each color that ranks of both groups give.
   *
   * @returns undefined for the color UNDEFINED, and for one that no rank of the other group has
   * @see MPI-4.1 §7.4.2 MPI_Comm_split
   */
  split(
    color: number,
    key: number = 0,
    options: CreateOptions = NO_OPTIONS,
  ): Request<Intercommunicator | undefined> {
    return started(() => split(this.#parts, color, key, options, between));
  }

  /**
   * Make one communicator of both groups: first the ranks of one, then those of the other.
   *
   * If both groups or none want to be high, those come first whose leader was first in the world.
   *
   * @throws MpiError `ERR_MISMATCH` if a rank gives another `high` than the first of its group
   * @see MPI-4.1 §7.6.2
   */
  merge(options: MergeOptions = NO_OPTIONS): Request<Communicator> {
    return started(() => merge(this.#parts, options, plain));
  }
}

const between = (parts: Parts): Intercommunicator => new Intercommunicator(parts);
const plain = (parts: Parts): Communicator => new Communicator(parts);
const onGrid = (parts: Parts, grid: Grid): CartesianCommunicator =>
  new CartesianCommunicator(parts, grid);
const onGraph = (parts: Parts, edges: Adjacency): GraphCommunicator =>
  new GraphCommunicator(parts, edges);
