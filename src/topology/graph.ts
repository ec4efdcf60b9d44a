import { type ErrorCode, MpiError } from '../base/error.ts';
import { isRank, showRanks } from '../base/rank.ts';
import { show } from '../base/show.ts';

/** The edges of a graph that end or begin at one rank, as that rank gives them. */
export interface AdjacencyOptions {
  /** The ranks with an edge to this one. */
  readonly sources: readonly number[];
  /** The ranks to which this one has an edge. */
  readonly destinations: readonly number[];
  /** One for each source. */
  readonly sourceWeights?: readonly number[] | undefined;
  /** One for each destination. */
  readonly destinationWeights?: readonly number[] | undefined;
}

/**
 * The edges of a graph that end or begin at one rank.
 *
 * Their order is that in which neighbourhood collectives take and give values. An edge may be there
 * several times, and lead from a rank to itself. The arrays are frozen.
 *
 * @see MPI-4.1 §8.5.5, §8.6
 */
export interface Adjacency {
  readonly sources: readonly number[];
  readonly destinations: readonly number[];
  /** One for each source; undefined if the graph has no weights. */
  readonly sourceWeights: readonly number[] | undefined;
  /** One for each destination; undefined if the graph has no weights. */
  readonly destinationWeights: readonly number[] | undefined;
}

/** Edges from one rank to others, as any rank may give them. */
export interface GraphNode {
  readonly source: number;
  readonly destinations: readonly number[];
  /** One for each destination. */
  readonly weights?: readonly number[] | undefined;
}

/**
 * Check the edges of one rank, and copy them.
 *
 * Weights are for all edges or for none; a list without edges needs none either way. That all ranks
 * do the same in this, and that an edge is given at both of its ends, only all of them together
 * could tell.
 *
 * @param size  how many ranks there are
 * @throws MpiError `ERR_RANK` if an edge leads to no rank, `ERR_ARG` if there is not one weight for
 *   each edge, or weights for some edges only
 * @see MPI-4.1 §8.5.4, `MPI_Dist_graph_create_adjacent`
 */
export function adjacency(size: number, options: AdjacencyOptions): Adjacency {
  const { sources, destinations, sourceWeights, destinationWeights } = options;
  checkRanks('graph', 'sources', sources, size);
  checkRanks('graph', 'destinations', destinations, size);
  checkWeights('graph', 'sourceWeights', sourceWeights, sources.length);
  checkWeights('graph', 'destinationWeights', destinationWeights, destinations.length);
  const [into, outOf] = [sources.slice(), destinations.slice()];
  if (sourceWeights === undefined && destinationWeights === undefined) return freeze(into, outOf);
  if (sourceWeights === undefined && sources.length > 0) {
    throw wrong(
      'graph',
      'ERR_ARG',
      'there are destinationWeights without sourceWeights; give both',
    );
  }
  if (destinationWeights === undefined && destinations.length > 0) {
    throw wrong(
      'graph',
      'ERR_ARG',
      'there are sourceWeights without destinationWeights; give both',
    );
  }
  return freeze(into, outOf, sourceWeights?.slice() ?? [], destinationWeights?.slice() ?? []);
}

/**
 * Check the edges that one rank contributes to a graph, whosever they are.
 *
 * Weights are for all edges or for none; a node without edges needs none either way.
 *
 * @param size  how many ranks there are
 * @throws MpiError `ERR_RANK` if an edge begins or ends at no rank, `ERR_ARG` if there is not one
 *   weight for each edge, or weights for some edges only
 * @see MPI-4.1 §8.5.4, `MPI_Dist_graph_create`
 */
export function checkNodes(size: number, nodes: readonly GraphNode[]): void {
  const call = 'distributedGraph';
  if (!Array.isArray(nodes)) {
    const example = '[{ source: 0, destinations: [1, 2] }]';
    throw wrong(call, 'ERR_ARG', `nodes must be an array such as ${example}, not ${show(nodes)}`);
  }
  for (const [at, node] of nodes.entries()) {
    if (typeof node !== 'object' || node === null) {
      const example = '{ source: 0, destinations: [1, 2] }';
      throw wrong(call, 'ERR_ARG', `nodes[${at}] must be like ${example}, not ${show(node)}`);
    }
    const { source, destinations, weights } = node;
    if (!isRank(source, size)) throw outOfRange(call, `nodes[${at}].source`, source, size);
    checkRanks(call, `nodes[${at}].destinations`, destinations, size);
    checkWeights(call, `nodes[${at}].weights`, weights, destinations.length);
  }
  const { weighted, plain } = firstOfEach(nodes.map((node) => [node]));
  if (weighted < 0 || plain < 0) return;
  const text = `nodes[${weighted}] has weights and nodes[${plain}] has none; give them to all, or to none`;
  throw wrong(call, 'ERR_ARG', text);
}

/**
 * Find the edges of one rank among those that all ranks contributed.
 *
 * They come in the order of the ranks that contributed them, and of one rank in the order that it
 * gave them in, so each rank knows its neighbours in the same order whenever it looks. Takes time
 * in proportion to all edges.
 *
 * @param contributions  what each rank gave; all of it has passed `checkNodes`
 * @throws MpiError `ERR_ARG` if some ranks gave weights and others did not
 * @see MPI-4.1 §8.5.4, `MPI_Dist_graph_create`
 */
export function adjacencyOf(
  rank: number,
  contributions: readonly (readonly GraphNode[])[],
): Adjacency {
  const { weighted, plain } = firstOfEach(contributions);
  if (weighted >= 0 && plain >= 0) {
    const text = `rank ${weighted} gave weights and rank ${plain} gave none; give them on all ranks, or on none`;
    throw wrong('distributedGraph', 'ERR_ARG', text);
  }
  const found: Found = { sources: [], destinations: [], sourceWeights: [], destinationWeights: [] };
  for (const nodes of contributions) {
    for (const node of nodes) addEdges(rank, node, found);
  }
  const { sources, destinations, sourceWeights, destinationWeights } = found;
  return weighted < 0
    ? freeze(sources, destinations)
    : freeze(sources, destinations, sourceWeights, destinationWeights);
}

/** What has been found of the edges of a rank. */
type Found = Record<keyof Adjacency, number[]>;

/** Add those edges of a node that begin or end at a rank. */
function addEdges(rank: number, { source, destinations, weights }: GraphNode, found: Found): void {
  for (const [at, destination] of destinations.entries()) {
    // Read only if the graph has weights, and then there is one.
    const weight = weights?.[at] ?? 0;
    if (source === rank) {
      found.destinations.push(destination);
      found.destinationWeights.push(weight);
    }
    if (destination === rank) {
      found.sources.push(source);
      found.sourceWeights.push(weight);
    }
  }
}

/** Where edges with weights are first, and where edges without; -1 for nowhere. */
function firstOfEach(lists: readonly (readonly GraphNode[])[]): {
  readonly weighted: number;
  readonly plain: number;
} {
  const first = (hasWeights: boolean): number =>
    lists.findIndex((nodes) =>
      nodes.some(
        ({ destinations, weights }) =>
          destinations.length > 0 && (weights !== undefined) === hasWeights,
      ),
    );
  return { weighted: first(true), plain: first(false) };
}

function freeze(
  sources: number[],
  destinations: number[],
  sourceWeights?: number[],
  destinationWeights?: number[],
): Adjacency {
  return Object.freeze({
    sources: Object.freeze(sources),
    destinations: Object.freeze(destinations),
    sourceWeights: sourceWeights && Object.freeze(sourceWeights),
    destinationWeights: destinationWeights && Object.freeze(destinationWeights),
  });
}

function checkRanks(call: string, name: string, ranks: readonly number[], size: number): void {
  if (!Array.isArray(ranks)) {
    const text = `${name} must be an array of ranks such as [0, 2], not ${show(ranks)}`;
    throw wrong(call, 'ERR_ARG', text);
  }
  // Not forEach, which would pass over the holes of a sparse array.
  for (let at = 0; at < ranks.length; at += 1) {
    if (!isRank(ranks[at], size)) throw outOfRange(call, `${name}[${at}]`, ranks[at], size);
  }
}

function checkWeights(call: string, name: string, weights: unknown, count: number): void {
  if (weights === undefined) return;
  if (!Array.isArray(weights) || weights.length !== count) {
    const what = Array.isArray(weights) ? `an array of ${weights.length}` : show(weights);
    const text = `${name} must be an array of ${count}, one for each edge, not ${what}`;
    throw wrong(call, 'ERR_ARG', text);
  }
  for (let at = 0; at < weights.length; at += 1) {
    const weight: unknown = weights[at];
    if (Number.isSafeInteger(weight) && (weight as number) >= 0) continue;
    const text = `${name}[${at}] is ${show(weight)}, and must be a whole number from 0 on`;
    throw wrong(call, 'ERR_ARG', text);
  }
}

function outOfRange(call: string, name: string, rank: unknown, size: number): MpiError {
  const has = `the communicator has ${showRanks(size)}`;
  const text = `${name} is ${show(rank)}, which is out of range: ${has}; give one of these`;
  return wrong(call, 'ERR_RANK', text);
}

function wrong(call: string, code: ErrorCode, text: string): MpiError {
  return new MpiError(code, `${call}: ${text}`);
}
