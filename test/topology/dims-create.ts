import test from 'ava';
import fc from 'fast-check';
import { dimsCreate } from '../../src/topology/dims-create.ts';
import { holds } from '../helpers/property.ts';

/** Every way to write a number as a product of so many factors, none larger than the one before. */
function* products(product: number, count: number, largest: number): Generator<number[]> {
  if (count === 0) {
    if (product === 1) yield [];
    return;
  }
  for (let first = 1; first <= Math.min(product, largest); first += 1) {
    if (product % first !== 0) continue;
    for (const others of products(product / first, count - 1, first)) yield [first, ...others];
  }
}

function difference(dims: readonly number[]): number {
  return (dims[0] ?? 0) - (dims.at(-1) ?? 0);
}

/** The closest of all products, the one with the smallest first factors where several are. */
function closestOfAll(product: number, count: number): number[] {
  let best: number[] | undefined;
  // They come with the smallest first factors first.
  for (const dims of products(product, count, product)) {
    if (best === undefined || difference(dims) < difference(best)) best = dims;
  }
  return best ?? [];
}

for (const [size, count, dims] of [
  [1, 0, []],
  [1, 3, [1, 1, 1]],
  [6, 1, [6]],
  [6, 2, [3, 2]],
  [7, 2, [7, 1]],
  [12, 2, [4, 3]],
  [12, 3, [3, 2, 2]],
  [16, 2, [4, 4]],
  [36, 3, [4, 3, 3]],
  [60, 3, [5, 4, 3]],
  [72, 2, [9, 8]],
  [96, 2, [12, 8]],
  [1024, 3, [16, 8, 8]],
  [30_030, 2, [182, 165]],
  [30_030, 3, [35, 33, 26]],
  [30_030, 4, [15, 14, 13, 11]],
  [30_030, 8, [13, 11, 7, 5, 3, 2, 1, 1]],
  [1_000_000_000, 3, [1000, 1000, 1000]],
  [2 ** 31, 5, [128, 64, 64, 64, 64]],
  [2 ** 31, 33, [...new Array(31).fill(2), 1, 1]],
  [2 ** 31 - 1, 2, [2 ** 31 - 1, 1]],
] as [number, number, number[]][]) {
  test(`${size} ranks in ${count} dimensions are ${dims.join(' × ') || 'nothing'}`, (t) => {
    t.deepEqual(dimsCreate(size, count), dims);
    t.deepEqual(dimsCreate(size, new Array(count).fill(0)), dims);
  });
}

test('where the smallest largest and the smallest difference are not of one product, the difference counts', (t) => {
  t.deepEqual(dimsCreate(3600, 4), [10, 10, 6, 6]);
  t.is(
    [10, 9, 8, 5].reduce((product, factor) => product * factor),
    3600,
  );
});

test('up to 800 ranks in up to 4 dimensions nothing is closer, tried one by one', (t) => {
  for (let size = 1; size <= 800; size += 1) {
    for (let count = 1; count <= 4; count += 1) {
      const [dims, closest] = [dimsCreate(size, count), closestOfAll(size, count)];
      if (dims.join() !== closest.join()) t.fail(`${size}: ${dims} instead of ${closest}`);
    }
  }
  t.pass();
});

test('for any number of ranks nothing is closer', async (t) => {
  const size = fc.oneof(
    fc.integer({ min: 1, max: 5000 }),
    // With many small factors there is most to choose from.
    fc
      .array(fc.constantFrom(2, 2, 2, 3, 3, 5, 7, 11, 13), { maxLength: 9 })
      .map((factors) => factors.reduce((product, factor) => product * factor, 1))
      .filter((product) => product <= 60_000),
  );
  const property = fc.property(fc.tuple(size, fc.integer({ min: 1, max: 6 })), ([ranks, count]) => {
    const [dims, closest] = [dimsCreate(ranks, count), closestOfAll(ranks, count)];
    if (dims.join() !== closest.join()) throw new Error(`${dims} instead of ${closest}`);
  });
  await holds(t, property, 1000);
});

test('dimensions that are given stay, and the others are as close as if they were alone', async (t) => {
  const entry = fc.constantFrom(0, 0, 1, 2, 3, 10);
  const cases = fc.tuple(fc.array(entry, { maxLength: 6 }), fc.integer({ min: 1, max: 500 }));
  const property = fc.property(cases, ([dims, ranks]) => {
    const free = dims.filter((each) => each === 0).length;
    const left = free === 0 ? 1 : ranks;
    const size = dims.reduce((product, each) => product * (each || 1), left);
    const made = dimsCreate(size, dims);
    const chosen = made.filter((_, at) => dims[at] === 0);
    if (made.some((each, at) => dims[at] !== 0 && each !== dims[at])) throw new Error(`${made}`);
    if (chosen.join() !== dimsCreate(left, free).join()) throw new Error(`${made}`);
  });
  await holds(t, property, 1000);
});

test('of two equal differences the one below the other counts, down to the largest prime', (t) => {
  t.deepEqual(dimsCreate(13_104, 4), [13, 12, 12, 7]);
  t.is(
    [14, 13, 9, 8].reduce((product, factor) => product * factor),
    13_104,
  );
});

test('the array of dimensions is left as it is', (t) => {
  const dims = [0, 3, 0];
  t.deepEqual(dimsCreate(12, dims), [2, 3, 2]);
  t.deepEqual(dims, [0, 3, 0]);
});

test('the numbers with the most divisors take a moment, in any number of dimensions', (t) => {
  const start = performance.now();
  for (const size of [2_095_133_040, 1_396_755_360, 698_377_680, 9973 * 210_000, 2 ** 31 - 1]) {
    for (let count = 1; count <= 32; count += 1) {
      const dims = dimsCreate(size, count);
      t.is(
        dims.reduce((product, factor) => product * factor, 1),
        size,
      );
    }
  }
  // Half a second in all; a search that does not stop early takes hours.
  t.true(performance.now() - start < 20_000);
});

for (const [size, dims, text] of [
  [7, [2, 0], 'size 7 is not divisible by 2; have one of these chosen by giving 0'],
  [12, [3, 0, 8], 'size 12 is not divisible by 3 × 8; have one of these chosen by giving 0'],
  [12, [2, 3], 'dims [2, 3] hold 6 ranks, not 12; have a dimension chosen by giving 0'],
  [4, [], 'dims [] hold 1 rank, not 4; have a dimension chosen by giving 0'],
  [4, [1], 'dims [1] hold 1 rank, not 4; have a dimension chosen by giving 0'],
  [0, 2, 'size 0 is not a whole number from 1 to 2147483648'],
  [1.5, 2, 'size 1.5 is not a whole number from 1 to 2147483648'],
  [2 ** 31 + 1, 2, 'size 2147483649 is not a whole number from 1 to 2147483648'],
  ['4', 2, 'size "4" is not a whole number from 1 to 2147483648'],
  [4, -1, '-1 is not a number of dimensions, a whole number from 0 to 65536'],
  [4, 0.5, '0.5 is not a number of dimensions, a whole number from 0 to 65536'],
  [4, 2 ** 31, '2147483648 is not a number of dimensions, a whole number from 0 to 65536'],
  [4, '2', 'dims must be a number or an array such as [0, 2, 0], not "2"'],
  [4, [0, -2], 'dims[1] is -2; give 0 to have it chosen, or a whole number from 1 on'],
  [4, [0, 0.5], 'dims[1] is 0.5; give 0 to have it chosen, or a whole number from 1 on'],
  [4, new Array(1), 'dims[0] is undefined; give 0 to have it chosen, or a whole number from 1 on'],
] as [never, never, string][]) {
  test(`no dimensions are chosen: ${text}`, (t) => {
    t.throws(() => dimsCreate(size, dims), { code: 'ERR_ARG', message: `dimsCreate: ${text}` });
  });
}

test('no ranks but one are a grid of no dimensions', (t) => {
  t.throws(() => dimsCreate(4, 0), {
    code: 'ERR_ARG',
    message: 'dimsCreate: dims [] hold 1 rank, not 4; have a dimension chosen by giving 0',
  });
});
