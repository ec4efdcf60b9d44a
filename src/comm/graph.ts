import { whatOf } from '../collective/call/signature.ts';
import type { Neighbors } from '../collective/neighbor/neighbor.ts';
import type { Request } from '../request/request.ts';
import {
  type Adjacency,
  type AdjacencyOptions,
  adjacency,
  adjacencyOf,
  checkNodes,
  type GraphNode,
} from '../topology/graph.ts';
import { allValues } from './all-values.ts';
import { blame } from './blame.ts';
import { agree, type CreateOptions, checkCreation, propose, settle } from './creation.ts';
import type { Parts } from './parts.ts';

const GRAPH = whatOf('graph');
const DISTRIBUTED_GRAPH = whatOf('distributedGraph');

/** The edges at this rank, and how the communicator is made. */
export interface GraphOptions extends AdjacencyOptions, CreateOptions {
  /** Whether ranks may be numbered anew to suit the machine. So far they keep their order either way. */
  readonly reorder?: boolean | undefined;
}

/** How a graph may be made of edges that any rank gives. */
export type DistributedGraphOptions = Pick<GraphOptions, keyof CreateOptions | 'reorder'>;

/** Make a graph of which each rank knows its own edges: one broadcast of a context. */
export function graph<C>(
  parts: Parts,
  options: GraphOptions,
  make: (parts: Parts, edges: Adjacency) => C,
): Request<C> {
  const { calls, maker, group } = parts;
  checkCreation(calls.endpoint, 'graph', options);
  const edges = blame(calls.endpoint, 'graph', () => adjacency(calls.size, options));
  const name = parts.name.derive('graph', options.name);
  return calls.start(GRAPH, 0, options, async (channel) => {
    const context = await agree(channel, parts);
    return make(maker.open({ context, group, name }), edges);
  });
}

/** Make a graph of edges that any rank may give: one broadcast of a context, and one allgather of the edges. */
export function distributedGraph<C>(
  parts: Parts,
  nodes: readonly GraphNode[],
  options: DistributedGraphOptions,
  make: (parts: Parts, edges: Adjacency) => C,
): Request<C> {
  const { calls, maker, group } = parts;
  const { endpoint, rank, size } = calls;
  checkCreation(endpoint, 'distributedGraph', options);
  blame(endpoint, 'distributedGraph', () => checkNodes(size, nodes));
  const own = nodes.map(plain);
  const name = parts.name.derive('graph', options.name);
  return calls.start(DISTRIBUTED_GRAPH, 0, options, async (channel) => {
    const mine = rank === 0 ? [own, propose(parts)] : [own];
    const given = (await allValues(channel, mine)) as [GraphNode[], number][];
    const [, proposed] = given[0] as [GraphNode[], number];
    const context = await settle(channel, parts, proposed);
    const contributions = given.map(([theirs]) => theirs);
    const edges = blame(endpoint, 'distributedGraph', () => adjacencyOf(rank, contributions));
    return make(maker.open({ context, group, name }), edges);
  });
}

/** What there is to be sent of a node, in memory of its own. */
function plain({ source, destinations, weights }: GraphNode): GraphNode {
  return { source, destinations: destinations.slice(), weights: weights?.slice() };
}

/** Those that a rank has edges from and to, in the order of the edges. */
export function neighborsAlong({ sources, destinations }: Adjacency): Neighbors {
  return { sources, destinations, order: [...sources.keys()] };
}
