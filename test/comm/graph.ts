import test from 'ava';
import { GraphCommunicator } from '../../src/comm/communicator.ts';
import type { GraphOptions } from '../../src/comm/graph.ts';
import { runRanks } from '../../src/testing.ts';

test('each rank gives its own edges', async (t) => {
  await runRanks(4, async (world) => {
    const { rank, size } = world;
    const [next, last] = [(rank + 1) % size, (rank + size - 1) % size];
    const ring = await world.graph({
      sources: [last],
      destinations: [next, next],
      sourceWeights: [1],
      destinationWeights: [2, 3],
    });
    t.deepEqual([ring.rank, ring.size, ring.name], [rank, 4, 'graph of world']);
    t.deepEqual([ring.sources, ring.sourceWeights], [[last], [1]]);
    t.deepEqual(
      [ring.destinations, ring.destinationWeights],
      [
        [next, next],
        [2, 3],
      ],
    );
  });
});

test('any rank may give any edges', async (t) => {
  const graphs = await runRanks(4, async (world) => {
    const nodes = [
      [{ source: 3, destinations: [0, 3], weights: [5, 6] }],
      [],
      [
        { source: 1, destinations: [3], weights: [7] },
        { source: 3, destinations: [0], weights: [8] },
      ],
      [],
    ];
    const graph = await world.distributedGraph(nodes[world.rank] ?? []);
    const { sources, destinations, sourceWeights, destinationWeights } = graph;
    const got = await graph.neighborAllgather(`of ${world.rank}`);
    return [sources, sourceWeights, destinations, destinationWeights, got];
  });
  t.deepEqual(graphs, [
    [[3, 3], [5, 8], [], [], ['of 3', 'of 3']],
    [[], [], [3], [7], []],
    [[], [], [], [], []],
    [
      [3, 1],
      [6, 7],
      [0, 3, 0],
      [5, 6, 8],
      ['of 3', 'of 1'],
    ],
  ]);
});

test('a graph without weights has none, and keeps its edges in a duplicate', async (t) => {
  await runRanks(2, async (world) => {
    const other = 1 - world.rank;
    const graph = await world.distributedGraph([{ source: world.rank, destinations: [other] }]);
    const copy = await graph.duplicate();
    t.true(copy instanceof GraphCommunicator);
    t.deepEqual([copy.sources, copy.destinations], [[other], [other]]);
    t.deepEqual([copy.sourceWeights, copy.destinationWeights], [undefined, undefined]);
    t.deepEqual(await copy.neighborAllgather(world.rank), [other]);
  });
});

test('what the caller does to its edges afterwards changes nothing', async (t) => {
  await runRanks(3, async (world) => {
    const node = { source: world.rank, destinations: [0] };
    const making = world.distributedGraph([node]);
    node.destinations.push(7);
    const graph = await making;
    t.deepEqual(graph.destinations, [0]);
  });
});

test('edges to no rank, and weights that do not fit, are refused', async (t) => {
  await runRanks(2, async (world) => {
    if (world.rank !== 0) return;
    await t.throwsAsync(world.graph({ sources: [2], destinations: [] }), {
      code: 'ERR_RANK',
      message:
        'rank 0: graph: sources[0] is 2, which is out of range: the communicator has ranks 0 to 1; give one of these',
    });
    await t.throwsAsync(world.graph([] as unknown as GraphOptions), {
      code: 'ERR_ARG',
      message: 'rank 0: graph: the options must be an object such as { tag: 7 }, not an array',
    });
    await t.throwsAsync(world.distributedGraph([{ source: 0, destinations: [1], weights: [] }]), {
      code: 'ERR_ARG',
      message:
        'rank 0: distributedGraph: nodes[0].weights must be an array of 1, one for each edge, not an array of 0',
    });
  });
});

test('weights on some ranks only are told to those that see it, which is all', async (t) => {
  await runRanks(2, async (world) => {
    const node = { source: world.rank, destinations: [0] };
    const nodes = [world.rank === 0 ? node : { ...node, weights: [1] }];
    await t.throwsAsync(world.distributedGraph(nodes), {
      code: 'ERR_ARG',
      message: `rank ${world.rank}: distributedGraph: rank 1 gave weights and rank 0 gave none; give them on all ranks, or on none`,
    });
  });
});
