import test from 'ava';
import fc from 'fast-check';
import { MpiError } from '../../src/base/error.ts';
import { Group } from '../../src/group/group.ts';
import type { RankRange } from '../../src/group/range.ts';
import { holds } from '../helpers/property.ts';

const SIZE = 8;
const world = new Group(
  Array.from({ length: SIZE }, (_, rank) => rank),
  3,
);

test('a range has each rank from its first on that it reaches before its last', (t) => {
  for (const [range, ranks] of [
    [
      [1, 7, 3],
      [1, 4, 7],
    ],
    [
      [1, 6, 3],
      [1, 4],
    ],
    [
      [6, 0, -2],
      [6, 4, 2, 0],
    ],
    [
      [6, 1, -2],
      [6, 4, 2],
    ],
    [[5, 5, 1], [5]],
    [[5, 5, -9], [5]],
    [[0, 7, 100], [0]],
    [
      [2, 9, 5],
      [2, 7],
    ],
  ] as [RankRange, number[]][]) {
    t.deepEqual(world.includeRanges([range]).worldRanks, ranks);
  }
});

test('ranges are included in the order given, and excluded from the order of the group', (t) => {
  const ranges: RankRange[] = [
    [6, 7, 1],
    [4, 0, -2],
  ];
  t.deepEqual(world.includeRanges(ranges).worldRanks, [6, 7, 4, 2, 0]);
  t.deepEqual(world.excludeRanges(ranges).worldRanks, [1, 3, 5]);
  t.is(world.excludeRanges(ranges).rank, 1);
  t.deepEqual(world.includeRanges([]).worldRanks, []);
  t.deepEqual(world.excludeRanges([]).worldRanks, world.worldRanks);
});

test('ranges do what the list of their ranks does, and are refused where it is', async (t) => {
  const bound = fc.integer({ min: -2, max: SIZE + 1 });
  const stride = fc.integer({ min: -4, max: 4 }).filter((value) => value !== 0);
  const range: fc.Arbitrary<RankRange> = fc
    .tuple(bound, bound, stride)
    .filter(([first, last, step]) => (step > 0 ? first <= last : first >= last));
  const property = fc.property(fc.array(range, { maxLength: 3 }), (ranges) => {
    const ranks: number[] = [];
    for (const [first, last, step] of ranges) {
      // As the standard writes it: first + i * stride for i from 0 to floor((last - first) / stride).
      const steps = Math.floor((last - first) / step);
      for (let i = 0; i <= steps; i += 1) ranks.push(first + i * step);
    }
    const outcome = (make: () => Group): string => {
      try {
        return make().worldRanks.join();
      } catch (error) {
        if (error instanceof MpiError && error.code === 'ERR_RANK') return 'refused';
        throw error;
      }
    };
    for (const [actual, expected] of [
      [outcome(() => world.includeRanges(ranges)), outcome(() => world.include(ranks))],
      [outcome(() => world.excludeRanges(ranges)), outcome(() => world.exclude(ranks))],
    ]) {
      if (actual !== expected) throw new Error(`${actual} instead of ${expected}`);
    }
  });
  await holds(t, property, 3000);
});

const WRONG_RANGES: [ranges: unknown, code: string, text: string][] = [
  [7, 'ERR_ARG', 'the ranges must be an array such as [[0, 8, 2]], not 7'],
  [[0, 4, 1], 'ERR_ARG', 'ranges[0] must be three whole numbers, [first, last, stride], not 0'],
  [[[0, 4]], 'ERR_ARG', 'ranges[0] must be three whole numbers, [first, last, stride], not [0, 4]'],
  [
    [
      [0, 0, 1],
      [0, 4, 0.5],
    ],
    'ERR_ARG',
    'ranges[1] must be three whole numbers, [first, last, stride], not [0, 4, 0.5]',
  ],
  [
    [[0, '4', 1]],
    'ERR_ARG',
    'ranges[0] must be three whole numbers, [first, last, stride], not [0, "4", 1]',
  ],
  [
    [[0, Number.POSITIVE_INFINITY, 1]],
    'ERR_ARG',
    'ranges[0] must be three whole numbers, [first, last, stride], not [0, Infinity, 1]',
  ],
  [
    [new Array(3)],
    'ERR_ARG',
    'ranges[0] must be three whole numbers, [first, last, stride], not [undefined, undefined, undefined]',
  ],
  [
    [[0, 4, 0]],
    'ERR_ARG',
    'ranges[0] is [0, 4, 0], and with stride 0 never ends; use a stride of 1 to name each rank',
  ],
  [
    [[4, 0, 2]],
    'ERR_ARG',
    'ranges[0] is [4, 0, 2], and its stride leads away from its last rank; use the stride -2, or swap the ends',
  ],
  [
    [[0, 4, -1]],
    'ERR_ARG',
    'ranges[0] is [0, 4, -1], and its stride leads away from its last rank; use the stride 1, or swap the ends',
  ],
  [
    [[0, 8, 2]],
    'ERR_RANK',
    'ranges[0] is [0, 8, 2] and names rank 8, which is out of range: this group has ranks 0 to 7',
  ],
  [
    [[-1, 8, 2]],
    'ERR_RANK',
    'ranges[0] is [-1, 8, 2] and names rank -1, which is out of range: this group has ranks 0 to 7',
  ],
  [
    [
      [0, 2, 1],
      [4, 0, -1],
    ],
    'ERR_RANK',
    'ranges[1] is [4, 0, -1] and names rank 2 again; name each rank once',
  ],
];

for (const [ranges, code, text] of WRONG_RANGES) {
  test(`ranges are refused: ${text}`, (t) => {
    for (const call of ['includeRanges', 'excludeRanges'] as const) {
      t.throws(() => world[call](ranges as never), { code, message: `rank 3: ${call}: ${text}` });
    }
  });
}

test('a range far beyond the group is refused without being written out', (t) => {
  const start = performance.now();
  t.throws(() => world.includeRanges([[0, Number.MAX_SAFE_INTEGER, 1]]), { code: 'ERR_RANK' });
  t.throws(() => world.includeRanges([[Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1]]), {
    code: 'ERR_RANK',
  });
  t.throws(() => world.includeRanges(new Array(1e6).fill([0, 7, 1])), { code: 'ERR_RANK' });
  t.true(performance.now() - start < 10_000);
});
