import test from 'ava';
import fc from 'fast-check';
import { PROC_NULL } from '../../src/base/constants.ts';
import { runRanks } from '../../src/testing.ts';
import { Grid } from '../../src/topology/grid.ts';
import { holds } from '../helpers/property.ts';

test('on a grid, what goes one way comes from the other side, also where both sides are one rank', async (t) => {
  for (let seed = 0; seed < 20; seed += 1) {
    await runRanks(
      6,
      async (world) => {
        // Dimensions of 3, 2 and 1 ranks, of which each has two neighbours, two times the same, and itself.
        const grid = await world.cartesian([3, 2, 1], { periods: [true, true, true] });
        if (grid === undefined) return;
        const [x = 0, y = 0] = grid.coordinates;
        const at = (x: number, y: number): string => grid.rankAt([x, y, 0]).toString();
        const values = ['x-', 'x+', 'y-', 'y+', 'z-', 'z+'].map((way) => `${grid.rank}${way}`);
        t.deepEqual(await grid.neighborAlltoall(values), [
          `${at(x - 1, y)}x+`,
          `${at(x + 1, y)}x-`,
          `${at(x, y - 1)}y+`,
          `${at(x, y + 1)}y-`,
          `${grid.rank}z+`,
          `${grid.rank}z-`,
        ]);
        t.deepEqual(
          await grid.neighborAllgather(grid.rank),
          [at(x - 1, y), at(x + 1, y), at(x, y - 1), at(x, y + 1), at(x, y), at(x, y)].map(Number),
        );
      },
      { seed, eagerBytes: seed % 2 === 0 ? 0 : 1000 },
    );
  }
});

test('beyond an edge there is nobody, to whom nothing is sent', async (t) => {
  const results = await runRanks(3, async (world) => {
    const line = await world.cartesian([3]);
    const values = [world.rank === 0 ? () => {} : `${world.rank}-`, `${world.rank}+`];
    return await line?.neighborAlltoall<unknown>(values);
  });
  t.deepEqual(results, [
    [undefined, '1-'],
    ['0+', '2-'],
    ['1+', undefined],
  ]);
});

test('typed arrays arrive as such, several calls at once, and mixed with messages', async (t) => {
  await runRanks(3, async (world) => {
    const ring = await world.cartesian([3], { periods: [true] });
    if (ring === undefined) return;
    const { rank } = ring;
    const [last, next] = [(rank + 2) % 3, (rank + 1) % 3];
    const rows = Float64Array.of(rank, -rank);
    const calls = [
      ring.neighborAllgather(rows),
      ring.neighborAlltoall([rows.subarray(1), rows.subarray(0, 1)]),
      ring.neighborAllgather({ rank }),
    ];
    void ring.send('message', next);
    t.deepEqual(await Promise.all(calls), [
      [Float64Array.of(last, -last), Float64Array.of(next, -next)],
      [Float64Array.of(last), Float64Array.of(-next)],
      [{ rank: last }, { rank: next }],
    ]);
    t.is(await ring.receive(last), 'message');
  });
});

test('a call that gives up goes on with what the values were', async (t) => {
  await runRanks(
    2,
    async (world) => {
      const ring = await world.cartesian([2], { periods: [true] });
      const values = Uint8Array.of(1, 2, 3);
      if (world.rank === 0) {
        const call = ring?.neighborAllgather(values, { timeout: 5 }) as Promise<unknown>;
        await t.throwsAsync(call, {
          code: 'ERR_TIMEOUT',
          message:
            'rank 0 of grid of world (rank 0 of the world): neighborAllgather #1: not complete within 5 ms; it waits for rank 1',
        });
        values.fill(9);
        await world.send('late', 1);
        await world.barrier();
        return;
      }
      await world.receive(0);
      t.deepEqual(await ring?.neighborAllgather(values), [values, values]);
      await world.barrier();
    },
    { eagerBytes: 0 },
  );
});

test('as many values as destinations are needed', async (t) => {
  await runRanks(1, async (world) => {
    const line = await world.cartesian([1]);
    for (const [values, given] of [
      [[1], 'an array of 1'],
      ['ab', '"ab"'],
    ] as [number[], string][]) {
      await t.throwsAsync(line?.neighborAlltoall(values) as Promise<unknown>, {
        code: 'ERR_COUNT',
        message: `rank 0 of grid of world (rank 0 of the world): neighborAlltoall: the values must be an array of 2, one for each destination, not ${given}`,
      });
    }
    await t.throwsAsync(line?.neighborAllgather(Symbol.iterator) as Promise<unknown>, {
      code: 'ERR_TYPE',
    });
  });
});

/** A grid of at most 12 ranks, on 12. */
const grids = fc
  .array(fc.record({ extent: fc.integer({ min: 1, max: 4 }), periodic: fc.boolean() }), {
    maxLength: 4,
  })
  .filter((dims) => dims.reduce((size, { extent }) => size * extent, 1) <= 12);

test('on any grid each value comes from the neighbour on that side', async (t) => {
  const property = fc.asyncProperty(
    fc.record({ dims: grids, seed: fc.nat() }),
    async ({ dims, seed }) => {
      const [extents, periods] = [
        dims.map(({ extent }) => extent),
        dims.map(({ periodic }) => periodic),
      ];
      const { size } = new Grid(extents);
      await runRanks(
        size,
        async (world) => {
          const grid = await world.cartesian(extents, { periods });
          if (grid === undefined) return;
          const ways = dims.flatMap((_, at) => [`-${at}`, `+${at}`]);
          const got = await grid.neighborAlltoall(ways.map((way) => `${grid.rank}${way}`));
          for (const [at] of dims.entries()) {
            const { source, dest } = grid.shift(at);
            t.is(got[2 * at], source === PROC_NULL ? undefined : `${source}+${at}`);
            t.is(got[2 * at + 1], dest === PROC_NULL ? undefined : `${dest}-${at}`);
          }
        },
        { seed },
      );
    },
  );
  await holds(t, property, 100);
});

/** A multigraph: each edge a pair of ranks, in a list that all agree on. */
const multigraphs = fc.integer({ min: 1, max: 5 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    seed: fc.nat(),
    edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 20 }),
  }),
);

test('along any graph, of several edges between two ranks the first goes to the first', async (t) => {
  const property = fc.asyncProperty(multigraphs, async ({ size, seed, edges }) => {
    await runRanks(
      size,
      async (world) => {
        const into = [...edges.keys()].filter((edge) => edges[edge]?.[1] === world.rank);
        const outOf = [...edges.keys()].filter((edge) => edges[edge]?.[0] === world.rank);
        const graph = await world.graph({
          sources: into.map((edge) => edges[edge]?.[0] as number),
          destinations: outOf.map((edge) => edges[edge]?.[1] as number),
        });
        t.deepEqual(await graph.neighborAlltoall(outOf), into);
        t.deepEqual(await graph.neighborAllgather(world.rank), graph.sources);
      },
      { seed },
    );
  });
  await holds(t, property, 200);
});
