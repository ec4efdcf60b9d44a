import test from 'ava';
import fc from 'fast-check';
import { adjacency, adjacencyOf, checkNodes, type GraphNode } from '../../src/topology/graph.ts';
import { holds } from '../helpers/property.ts';

test('edges are kept in the order given, double ones and those to oneself too', (t) => {
  t.deepEqual(adjacency(4, { sources: [3, 1, 3], destinations: [0, 0, 2] }), {
    sources: [3, 1, 3],
    destinations: [0, 0, 2],
    sourceWeights: undefined,
    destinationWeights: undefined,
  });
});

test('each edge may have a weight', (t) => {
  const edges = adjacency(4, {
    sources: [3, 1],
    destinations: [0],
    sourceWeights: [7, 0],
    destinationWeights: [9],
  });
  t.deepEqual(edges.sourceWeights, [7, 0]);
  t.deepEqual(edges.destinationWeights, [9]);
});

test('a list without edges needs no weights to be weighted', (t) => {
  const out = adjacency(4, { sources: [], destinations: [1], destinationWeights: [9] });
  t.deepEqual([out.sourceWeights, out.destinationWeights], [[], [9]]);
  const into = adjacency(4, { sources: [1], destinations: [], sourceWeights: [9] });
  t.deepEqual([into.sourceWeights, into.destinationWeights], [[9], []]);
});

test('the edges stay as they are, whatever becomes of the arrays they were given in', (t) => {
  const [sources, weights] = [[1], [5]];
  const edges = adjacency(4, {
    sources,
    destinations: sources,
    sourceWeights: weights,
    destinationWeights: weights,
  });
  sources[0] = 2;
  weights[0] = 6;
  t.deepEqual(edges, {
    sources: [1],
    destinations: [1],
    sourceWeights: [5],
    destinationWeights: [5],
  });
  t.true(Object.isFrozen(edges));
  t.true(Object.values(edges).every((list) => Object.isFrozen(list)));
});

for (const [options, code, text] of [
  [
    { sources: 1, destinations: [] },
    'ERR_ARG',
    'sources must be an array of ranks such as [0, 2], not 1',
  ],
  [
    { sources: [] },
    'ERR_ARG',
    'destinations must be an array of ranks such as [0, 2], not undefined',
  ],
  [
    { sources: [0, 4], destinations: [] },
    'ERR_RANK',
    'sources[1] is 4, which is out of range: the communicator has ranks 0 to 3; give one of these',
  ],
  [
    { sources: [0], destinations: [-2] },
    'ERR_RANK',
    'destinations[0] is -2, which is out of range: the communicator has ranks 0 to 3; give one of these',
  ],
  [
    { sources: new Array(1), destinations: [] },
    'ERR_RANK',
    'sources[0] is undefined, which is out of range: the communicator has ranks 0 to 3; give one of these',
  ],
  [
    { sources: [0, 1], destinations: [], sourceWeights: [1] },
    'ERR_ARG',
    'sourceWeights must be an array of 2, one for each edge, not an array of 1',
  ],
  [
    { sources: [], destinations: [1], destinationWeights: 3 },
    'ERR_ARG',
    'destinationWeights must be an array of 1, one for each edge, not 3',
  ],
  [
    { sources: [], destinations: [1, 2], destinationWeights: [3, -1] },
    'ERR_ARG',
    'destinationWeights[1] is -1, and must be a whole number from 0 on',
  ],
  [
    { sources: [0], destinations: [], sourceWeights: [0.5] },
    'ERR_ARG',
    'sourceWeights[0] is 0.5, and must be a whole number from 0 on',
  ],
  [
    { sources: [0], destinations: [1], sourceWeights: [1] },
    'ERR_ARG',
    'there are sourceWeights without destinationWeights; give both',
  ],
  [
    { sources: [0], destinations: [1], destinationWeights: [1] },
    'ERR_ARG',
    'there are destinationWeights without sourceWeights; give both',
  ],
] as [never, string, string][]) {
  test(`edges are refused: ${text}`, (t) => {
    t.throws(() => adjacency(4, options), { code, message: `graph: ${text}` });
  });
}

test('a rank finds its edges by the rank that gave them, and then in the order given', (t) => {
  const contributions: GraphNode[][] = [
    [
      { source: 2, destinations: [1, 0] },
      { source: 1, destinations: [1] },
    ],
    [],
    [
      { source: 0, destinations: [1, 1] },
      { source: 1, destinations: [2, 0] },
    ],
  ];
  t.deepEqual(adjacencyOf(1, contributions), {
    sources: [2, 1, 0, 0],
    destinations: [1, 2, 0],
    sourceWeights: undefined,
    destinationWeights: undefined,
  });
  t.deepEqual(adjacencyOf(2, contributions).sources, [1]);
  t.deepEqual(adjacencyOf(2, contributions).destinations, [1, 0]);
});

test('weights go with their edges, also to ranks that have none', (t) => {
  const contributions: GraphNode[][] = [
    [{ source: 0, destinations: [1, 2], weights: [5, 6] }],
    [{ source: 1, destinations: [] }],
    [{ source: 1, destinations: [2], weights: [7] }],
  ];
  t.like(adjacencyOf(2, contributions), { sources: [0, 1], sourceWeights: [6, 7] });
  t.like(adjacencyOf(0, contributions), { destinations: [1, 2], destinationWeights: [5, 6] });
  t.deepEqual(adjacencyOf(3, contributions), {
    sources: [],
    destinations: [],
    sourceWeights: [],
    destinationWeights: [],
  });
});

test('a graph without edges has no weights', (t) => {
  t.is(
    adjacencyOf(0, [[], [{ source: 0, destinations: [], weights: [] }]]).sourceWeights,
    undefined,
  );
});

test('the edges that are found cannot be changed', (t) => {
  const edges = adjacencyOf(0, [[{ source: 0, destinations: [0], weights: [1] }]]);
  t.true(Object.isFrozen(edges));
  t.true(Object.values(edges).every((list) => Object.isFrozen(list)));
});

test('every edge is found once at each of its ends', async (t) => {
  const size = 4;
  const rank = fc.nat(size - 1);
  const node = fc.array(fc.tuple(rank, fc.nat(99)), { maxLength: 4 }).chain((edges) =>
    fc.record({
      source: rank,
      destinations: fc.constant(edges.map(([destination]) => destination)),
      weights: fc.constant(edges.map(([, weight]) => weight)),
    }),
  );
  const contributions = fc.array(fc.array(node, { maxLength: 3 }), { minLength: 1, maxLength: 4 });
  const property = fc.property(contributions, (given) => {
    const edges = given
      .flat()
      .flatMap(({ source, destinations, weights }) =>
        destinations.map((destination, at) => [source, destination, weights[at]]),
      );
    for (const nodes of given) checkNodes(size, nodes);
    for (let here = 0; here < size; here += 1) {
      const found = adjacencyOf(here, given);
      const into = found.sources.map((source, at) => [source, here, found.sourceWeights?.[at]]);
      const outOf = found.destinations.map((dest, at) => [
        here,
        dest,
        found.destinationWeights?.[at],
      ]);
      const expected = [
        edges.filter(([, destination]) => destination === here),
        edges.filter(([source]) => source === here),
      ];
      if (JSON.stringify([into, outOf]) !== JSON.stringify(expected)) {
        throw new Error(`rank ${here} found ${JSON.stringify([into, outOf])}`);
      }
    }
  });
  await holds(t, property, 1000);
});

test('nodes of every legal form pass', (t) => {
  t.notThrows(() => checkNodes(4, []));
  t.notThrows(() => checkNodes(4, [{ source: 3, destinations: [3, 0, 0] }]));
  t.notThrows(() =>
    checkNodes(4, [
      { source: 3, destinations: [] },
      { source: 3, destinations: [1], weights: [0] },
    ]),
  );
});

for (const [nodes, code, text] of [
  [7, 'ERR_ARG', 'nodes must be an array such as [{ source: 0, destinations: [1, 2] }], not 7'],
  [[null], 'ERR_ARG', 'nodes[0] must be like { source: 0, destinations: [1, 2] }, not null'],
  [
    [
      { source: 0, destinations: [] },
      { source: 4, destinations: [] },
    ],
    'ERR_RANK',
    'nodes[1].source is 4, which is out of range: the communicator has ranks 0 to 3; give one of these',
  ],
  [
    [{ source: 0, destinations: [1, 9] }],
    'ERR_RANK',
    'nodes[0].destinations[1] is 9, which is out of range: the communicator has ranks 0 to 3; give one of these',
  ],
  [
    [{ source: 0, destinations: 1 }],
    'ERR_ARG',
    'nodes[0].destinations must be an array of ranks such as [0, 2], not 1',
  ],
  [
    [{ source: 0, destinations: [1], weights: [1, 2] }],
    'ERR_ARG',
    'nodes[0].weights must be an array of 1, one for each edge, not an array of 2',
  ],
  [
    [{ source: 0, destinations: [1], weights: ['1'] }],
    'ERR_ARG',
    'nodes[0].weights[0] is "1", and must be a whole number from 0 on',
  ],
  [
    [
      { source: 0, destinations: [1] },
      { source: 1, destinations: [1], weights: [2] },
    ],
    'ERR_ARG',
    'nodes[1] has weights and nodes[0] has none; give them to all, or to none',
  ],
] as [never, string, string][]) {
  test(`nodes are refused: ${text}`, (t) => {
    t.throws(() => checkNodes(4, nodes), { code, message: `distributedGraph: ${text}` });
  });
}

test('ranks that give weights and ranks that give none do not go together', (t) => {
  const contributions: GraphNode[][] = [
    [],
    [{ source: 0, destinations: [1] }],
    [{ source: 0, destinations: [1], weights: [1] }],
  ];
  for (const rank of [0, 1, 2]) {
    t.throws(() => adjacencyOf(rank, contributions), {
      code: 'ERR_ARG',
      message:
        'distributedGraph: rank 2 gave weights and rank 1 gave none; give them on all ranks, or on none',
    });
  }
});
