import test from 'ava';
import fc from 'fast-check';
import { PROC_NULL } from '../../src/base/constants.ts';
import { Grid } from '../../src/topology/grid.ts';
import { holds } from '../helpers/property.ts';

/** Any small grid, with one of its ranks. */
const place: fc.Arbitrary<{ grid: Grid; rank: number }> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), { maxLength: 4 })
  .map(
    (dimensions) =>
      new Grid(
        dimensions.map(([extent]) => extent),
        dimensions.map(([, isPeriodic]) => isPeriodic),
      ),
  )
  .chain((grid) => fc.record({ grid: fc.constant(grid), rank: fc.nat(grid.size - 1) }));

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a} instead of ${b}`);
}

test('ranks are laid out row by row', (t) => {
  const grid = new Grid([2, 3]);
  t.is(grid.size, 6);
  t.deepEqual(
    [0, 1, 2, 3, 4, 5].map((rank) => grid.coordinates(rank)),
    [
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ],
  );
  t.is(grid.rankAt([1, 0]), 3);
  t.deepEqual(new Grid([2, 3, 4]).coordinates(23), [1, 2, 3]);
  t.is(new Grid([2, 3, 4]).rankAt([1, 0, 2]), 14);
});

test('no dimension is periodic unless it is said', (t) => {
  t.deepEqual(new Grid([2, 3]).periods, [false, false]);
  t.deepEqual(new Grid([2, 3], [false, true]).periods, [false, true]);
});

test('a grid stays as it is, whatever becomes of the arrays it was made from', (t) => {
  const [dims, periods] = [
    [2, 3],
    [true, false],
  ];
  const grid = new Grid(dims, periods);
  dims[0] = 9;
  periods[0] = false;
  t.deepEqual(grid.dims, [2, 3]);
  t.deepEqual(grid.periods, [true, false]);
  t.throws(() => (grid.dims as number[]).push(1), { instanceOf: TypeError });
  t.throws(() => (grid.periods as boolean[]).push(true), { instanceOf: TypeError });
});

test('the coordinates of each rank lead back to it, and come in order', async (t) => {
  const property = fc.property(place, ({ grid, rank }) => {
    const coordinates = grid.coordinates(rank);
    equal(grid.rankAt(coordinates), rank);
    equal(
      coordinates.every((coordinate, at) => coordinate >= 0 && coordinate < (grid.dims[at] ?? 0)),
      true,
    );
    if (rank === 0) return;
    const before = grid.coordinates(rank - 1);
    const first = coordinates.findIndex((coordinate, at) => coordinate !== before[at]);
    equal((coordinates[first] as number) > (before[first] as number), true);
  });
  await holds(t, property, 1000);
});

test('coordinates beyond a periodic dimension come in again on the other side', (t) => {
  const grid = new Grid([2, 3], [false, true]);
  for (const [coordinates, rank] of [
    [[1, 3], 3],
    [[1, -1], 5],
    [[1, -3], 3],
    [[0, -4], 2],
    [[0, 3_000_001], 1],
    [[0, Number.MIN_SAFE_INTEGER], 2 - ((Number.MAX_SAFE_INTEGER - 1) % 3)],
  ] as [number[], number][]) {
    t.is(grid.rankAt(coordinates), rank);
  }
});

test('a grid of no dimensions has one rank and no neighbours', (t) => {
  const grid = new Grid([]);
  t.is(grid.size, 1);
  t.deepEqual(grid.coordinates(0), []);
  t.is(grid.rankAt([]), 0);
  t.deepEqual(grid.neighbors(0), []);
  t.like(grid.sub(0, []), { color: 0, key: 0 });
  t.throws(() => grid.shift(0, 0, 1), {
    code: 'ERR_ARG',
    message: 'shift: dimension 0 is out of range: this grid has none',
  });
});

test('values that move along a dimension come from behind, and fall off at the edge', (t) => {
  const grid = new Grid([2, 3]);
  t.deepEqual(grid.shift(0, 0, 1), { source: PROC_NULL, dest: 3 });
  t.deepEqual(grid.shift(3, 0, 1), { source: 0, dest: PROC_NULL });
  t.deepEqual(grid.shift(4, 1, 1), { source: 3, dest: 5 });
  t.deepEqual(grid.shift(4, 1, -1), { source: 5, dest: 3 });
  t.deepEqual(grid.shift(3, 1, 2), { source: PROC_NULL, dest: 5 });
  t.deepEqual(grid.shift(4, 1, 2), { source: PROC_NULL, dest: PROC_NULL });
  t.deepEqual(grid.shift(4, 1, 0), { source: 4, dest: 4 });
});

test('values that move along a periodic dimension come in again', (t) => {
  const ring = new Grid([5], [true]);
  t.deepEqual(ring.shift(0, 0, 1), { source: 4, dest: 1 });
  t.deepEqual(ring.shift(0, 0, -7), { source: 2, dest: 3 });
  t.deepEqual(ring.shift(2, 0, 5), { source: 2, dest: 2 });
  // 2 ** 53 - 1 leaves 1 when divided by 5.
  t.deepEqual(ring.shift(4, 0, Number.MAX_SAFE_INTEGER), { source: 3, dest: 0 });
  t.deepEqual(new Grid([1], [true]).shift(0, 0, 3), { source: 0, dest: 0 });
});

test('the rank that a value is shifted to gets it from there', async (t) => {
  const moves = fc.tuple(place, fc.nat(3), fc.integer({ min: -6, max: 6 }));
  const property = fc.property(moves, ([{ grid, rank }, some, distance]) => {
    if (grid.dims.length === 0) return;
    const dimension = some % grid.dims.length;
    const { source, dest } = grid.shift(rank, dimension, distance);
    equal(dest, grid.neighbor(rank, dimension, distance));
    equal(source, grid.neighbor(rank, dimension, -distance));
    if (source !== PROC_NULL) equal(grid.shift(source, dimension, distance).dest, rank);
    if (dest !== PROC_NULL) equal(grid.shift(dest, dimension, distance).source, rank);
    const there = grid.coordinates(rank);
    there[dimension] = (there[dimension] as number) + distance;
    const isOff =
      (there[dimension] as number) < 0 ||
      !((there[dimension] as number) < (grid.dims[dimension] as number));
    equal(dest, isOff && !grid.periods[dimension] ? PROC_NULL : grid.rankAt(there));
  });
  await holds(t, property, 2000);
});

test('neighbours come by dimension, first the one before, then the one behind', (t) => {
  t.deepEqual(new Grid([3, 3]).neighbors(4), [1, 7, 3, 5]);
  t.deepEqual(new Grid([3, 3]).neighbors(0), [PROC_NULL, 3, PROC_NULL, 1]);
  t.deepEqual(new Grid([3, 3], [true, false]).neighbors(0), [6, 3, PROC_NULL, 1]);
  t.deepEqual(new Grid([2], [true]).neighbors(0), [1, 1]);
  t.deepEqual(new Grid([1], [true]).neighbors(0), [0, 0]);
  t.deepEqual(new Grid([1]).neighbors(0), [PROC_NULL, PROC_NULL]);
});

test('a grid falls into one for each place in the dimensions that are taken away', (t) => {
  const grid = new Grid([2, 3, 4], [true, false, true]);
  const { color, key, grid: plane } = grid.sub(grid.rankAt([1, 2, 3]), [true, false, true]);
  t.is(color, 2);
  t.is(key, 7);
  t.deepEqual(plane.dims, [2, 4]);
  t.deepEqual(plane.periods, [true, true]);
  t.deepEqual(plane.coordinates(key), [1, 3]);
});

test('a grid may remain whole, or fall into single ranks', (t) => {
  const grid = new Grid([2, 3]);
  t.like(grid.sub(4, [true, true]), { color: 0, key: 4 });
  const single = grid.sub(4, [false, false]);
  t.like(single, { color: 4, key: 0 });
  t.deepEqual(single.grid.dims, []);
});

test('each part of a grid has each of its ranks once', async (t) => {
  const cuts = fc.tuple(place, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }));
  const property = fc.property(cuts, ([{ grid }, flags]) => {
    const remain = flags.slice(0, grid.dims.length);
    const parts = new Map<number, number[]>();
    for (let rank = 0; rank < grid.size; rank += 1) {
      const { color, key, grid: part } = grid.sub(rank, remain);
      parts.set(color, [...(parts.get(color) ?? []), key]);
      const kept = grid.coordinates(rank).filter((_, at) => remain[at]);
      equal(part.coordinates(key), kept);
    }
    // In the order of ranks the keys of each part are 0, 1, 2 …
    for (const keys of parts.values()) equal(keys, [...keys.keys()]);
    equal(
      [...parts.keys()].sort((a, b) => a - b),
      [...parts.keys()].map((_, color) => color),
    );
  });
  await holds(t, property, 500);
});

for (const [rank, shown] of [
  [6, '6'],
  [-1, '-1'],
  [PROC_NULL, '-2'],
  [0.5, '0.5'],
  ['1', '"1"'],
  [undefined, 'undefined'],
] as [never, string][]) {
  test(`${shown} is no rank of a grid of six`, (t) => {
    const grid = new Grid([2, 3]);
    const text = `rank ${shown} is out of range: this grid has ranks 0 to 5; give one of these`;
    for (const [call, run] of [
      ['coordinates', () => grid.coordinates(rank)],
      ['neighbor', () => grid.neighbor(rank, 0, 1)],
      ['shift', () => grid.shift(rank, 0, 1)],
      ['neighbors', () => grid.neighbors(rank)],
      ['sub', () => grid.sub(rank, [true, false])],
    ] as [string, () => unknown][]) {
      t.throws(run, { code: 'ERR_RANK', message: `${call}: ${text}` });
    }
  });
}

const line = new Grid([3]);
const plane = new Grid([2, 3]);
const EACH_OF_TWO = 'an array of 2 booleans, one for each dimension';

for (const [run, text] of [
  [() => new Grid(6 as never), 'cartesian: dims must be an array such as [3, 2], not 6'],
  [
    () => new Grid([2, 0]),
    'cartesian: dims[1] is 0, and must be a whole number from 1 on; dimsCreate(size, dims) chooses a number for it',
  ],
  [() => new Grid([-2]), 'cartesian: dims[0] is -2, and must be a whole number from 1 on'],
  [() => new Grid([1.5]), 'cartesian: dims[0] is 1.5, and must be a whole number from 1 on'],
  [
    () => new Grid(new Array(1)),
    'cartesian: dims[0] is undefined, and must be a whole number from 1 on',
  ],
  [
    () => new Grid([2 ** 16, 2 ** 15 + 1]),
    'cartesian: 65536 × 32769 are more than 2147483648 ranks; give as many as there are',
  ],
  [() => new Grid([2, 3], [true]), `cartesian: periods must be ${EACH_OF_TWO}, not [true]`],
  [() => new Grid([2, 3], true as never), `cartesian: periods must be ${EACH_OF_TWO}, not true`],
  [
    () => new Grid([2, 3], [1, 0] as never),
    `cartesian: periods must be ${EACH_OF_TWO}, not [1, 0]`,
  ],
  [
    () => new Grid([], [true]),
    'cartesian: periods must be an empty array, as the grid has no dimensions, not [true]',
  ],
  [
    () => plane.rankAt([1]),
    'rankAt: the coordinates must be an array of 2 whole numbers, one for each dimension, not [1]',
  ],
  [
    () => line.rankAt([1.5]),
    'rankAt: the coordinates must be an array of one whole number, not [1.5]',
  ],
  [
    () => line.rankAt(1 as never),
    'rankAt: the coordinates must be an array of one whole number, not 1',
  ],
  [
    () => line.rankAt(new Array(1)),
    'rankAt: the coordinates must be an array of one whole number, not [undefined]',
  ],
  [
    () => plane.rankAt([1, 3]),
    'rankAt: coordinate 3 is outside dimension 1: 0 to 2 are legal, as it is not periodic',
  ],
  [
    () => plane.rankAt([-1, 0]),
    'rankAt: coordinate -1 is outside dimension 0: 0 to 1 are legal, as it is not periodic',
  ],
  [
    () => new Grid([1]).rankAt([1]),
    'rankAt: coordinate 1 is outside dimension 0: 0 is legal, as it is not periodic',
  ],
  [
    () => plane.shift(0, 2, 1),
    'shift: dimension 2 is out of range: this grid has dimensions 0 to 1',
  ],
  [
    () => line.neighbor(0, -1, 1),
    'neighbor: dimension -1 is out of range: this grid has dimension 0 alone',
  ],
  [
    () => line.shift(0, '0' as never, 1),
    'shift: dimension "0" is out of range: this grid has dimension 0 alone',
  ],
  [
    () => line.shift(0, 0, 0.5),
    'shift: distance 0.5 is not a whole number; give how many places to move',
  ],
  [
    () => line.neighbor(0, 0, undefined as never),
    'neighbor: distance undefined is not a whole number; give how many places to move',
  ],
  [() => plane.sub(0, [true]), `sub: remain must be ${EACH_OF_TWO}, not [true]`],
  [() => plane.sub(0, [1, 0] as never), `sub: remain must be ${EACH_OF_TWO}, not [1, 0]`],
  [() => plane.sub(0, undefined as never), `sub: remain must be ${EACH_OF_TWO}, not undefined`],
] as [() => unknown, string][]) {
  test(`a grid refuses: ${text}`, (t) => {
    t.throws(run, { code: 'ERR_ARG', message: text });
  });
}

test('as many ranks as can be numbered are a grid', (t) => {
  const grid = new Grid([2 ** 16, 2 ** 15], [true, true]);
  t.is(grid.size, 2 ** 31);
  t.deepEqual(grid.coordinates(2 ** 31 - 1), [2 ** 16 - 1, 2 ** 15 - 1]);
  t.is(grid.rankAt([-1, -1]), 2 ** 31 - 1);
  t.is(grid.neighbor(0, 0, -1), 2 ** 31 - 2 ** 15);
});
