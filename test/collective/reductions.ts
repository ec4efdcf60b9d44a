import { deepStrictEqual } from 'node:assert';
import test, { type ExecutionContext } from 'ava';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import type { TypedArray } from '../../src/base/array-kind.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { runRanks } from '../../src/testing.ts';
import {
  allCases,
  arrayCases,
  casesFor,
  longCases,
  pairCases,
  type ReductionCase,
  ranksBelow,
  valueCases,
} from '../helpers/reduction-cases.ts';

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17];

/** Every send waits for its receive, or few do; among few ranks, some as well. */
function eagerLimits(size: number): (number | undefined)[] {
  return size < 6 ? [0, 600, undefined] : [0, undefined];
}

/** Run all cases at once on so many ranks, with other schedules for each eager limit. */
async function everyCase(
  t: ExecutionContext,
  size: number,
  cases: readonly ReductionCase[],
  check: (world: Communicator, reduction: ReductionCase) => Promise<void>,
): Promise<void> {
  for (const [seed, eagerBytes] of eagerLimits(size).entries()) {
    const main = async (world: Communicator): Promise<void> => {
      await Promise.all(cases.map((reduction) => check(world, reduction)));
    };
    await t.notThrowsAsync(runRanks(size, main, { seed, eagerBytes }), `eagerBytes ${eagerBytes}`);
  }
}

for (const size of SIZES) {
  const cases = casesFor(size, allCases(size));
  const arrays = casesFor(size, [...arrayCases(size), ...pairCases(size)]);
  const values = casesFor(size, valueCases());
  const everybody = ranksBelow(size);
  const roots = [...new Set([0, 1, size >> 1, size - 1])].filter((rank) => rank < size);

  for (const algorithm of ALGORITHMS.allreduce) {
    test(`allreduce by ${algorithm}, ${size} ranks: all get what all gave, in order`, (t) =>
      everyCase(t, size, cases, async (world, { title, op, give, answer }) => {
        if (algorithm === 'ring' && !op.commutative) return;
        const value = give(world.rank);
        const result = await world.allreduce(value, op, { algorithm });
        deepStrictEqual(result, answer(everybody), title);
        deepStrictEqual(value, give(world.rank), `${title}: the value is as it was`);
      }));
  }

  for (const algorithm of ALGORITHMS.reduce) {
    test(`reduce by ${algorithm}, ${size} ranks: the root gets what all gave, in order`, (t) =>
      everyCase(t, size, cases, async (world, { title, op, give, answer }) => {
        const value = give(world.rank);
        const results = roots.map((root) => world.reduce(value, op, { algorithm, root }));
        for (const [at, root] of roots.entries()) {
          const expected = world.rank === root ? answer(everybody) : undefined;
          deepStrictEqual(await results[at], expected, `${title}, root ${root}`);
        }
        deepStrictEqual(value, give(world.rank), `${title}: the value is as it was`);
      }));
  }

  for (const algorithm of ALGORITHMS.scan) {
    test(`scan by ${algorithm}, ${size} ranks: each gets what those up to it gave`, (t) =>
      everyCase(t, size, cases, async (world, { title, op, give, answer }) => {
        const value = give(world.rank);
        const result = await world.scan(value, op, { algorithm });
        deepStrictEqual(result, answer(ranksBelow(world.rank + 1)), title);
        deepStrictEqual(value, give(world.rank), `${title}: the value is as it was`);
      }));
  }

  for (const algorithm of ALGORITHMS.exscan) {
    test(`exscan by ${algorithm}, ${size} ranks: each gets what those below it gave`, (t) =>
      everyCase(t, size, cases, async (world, { title, op, give, answer }) => {
        const value = give(world.rank);
        const result = await world.exscan(value, op, { algorithm });
        const expected = world.rank === 0 ? undefined : answer(ranksBelow(world.rank));
        deepStrictEqual(result, expected, title);
        deepStrictEqual(value, give(world.rank), `${title}: the value is as it was`);
      }));
  }

  for (const algorithm of ALGORITHMS.reduceScatter) {
    const serves = (op: { readonly commutative: boolean }): boolean =>
      op.commutative || algorithm !== 'recursive-halving';

    test(`reduceScatter by ${algorithm}, ${size} ranks: each gets its block of the result`, (t) =>
      everyCase(t, size, arrays, async (world, reduction) => {
        const { title, op, give, answer } = reduction;
        if (!serves(op)) return;
        const array = give(world.rank) as TypedArray;
        const counts = raggedCounts(array.length, op.unit(array), size);
        const result = await world.reduceScatter(array, op, { algorithm, counts });
        const from = counts.slice(0, world.rank).reduce((sum, count) => sum + count, 0);
        const whole = answer(everybody) as TypedArray;
        const own = whole.slice(from, from + (counts[world.rank] as number));
        deepStrictEqual(result, own, title);
        deepStrictEqual(array, give(world.rank), `${title}: the array is as it was`);
      }));

    test(`reduceScatter by ${algorithm}, ${size} ranks: each gets its value of a list`, (t) =>
      everyCase(t, size, values, async (world, { title, op, give, answer }) => {
        if (!serves(op)) return;
        const valueFor = (rank: number, dest: number): unknown => give(rank + size * dest);
        const list = everybody.map((dest) => valueFor(world.rank, dest));
        const result = await world.reduceScatter(list, op, { algorithm });
        const givers = everybody.map((rank) => rank + size * world.rank);
        deepStrictEqual(result, answer(givers), title);
        deepStrictEqual(
          list,
          everybody.map((dest) => valueFor(world.rank, dest)),
        );
      }));
  }
}

/** Share out so many elements unevenly; the second rank gets none. */
function raggedCounts(length: number, unit: number, size: number): number[] {
  const counts = ranksBelow(size).map(() => 0);
  for (let at = 0; at < length / unit; at += 1) {
    const rank = (at * at + (at >> 3)) % size;
    counts[rank === 1 ? 0 : rank] = (counts[rank === 1 ? 0 : rank] as number) + unit;
  }
  return counts;
}

test('the algorithms that the library chooses for long arrays combine them in order', async (t) => {
  for (const size of [2, 3, 4, 5, 9]) {
    const cases = longCases(size);
    const everybody = ranksBelow(size);
    await everyCase(t, size, cases, async (world, { title, op, give, answer }) => {
      const { rank } = world;
      const value = give(rank) as TypedArray;
      const [all, root, block, upTo] = await Promise.all([
        world.allreduce(value, op),
        world.reduce(value, op, { root: size - 1 }),
        world.reduceScatter(value, op),
        world.scan(value, op),
      ]);
      const whole = answer(everybody) as TypedArray;
      deepStrictEqual(all, whole, title);
      deepStrictEqual(root, rank === size - 1 ? whole : undefined, title);
      const own = value.length / size;
      deepStrictEqual(block, whole.slice(rank * own, (rank + 1) * own), title);
      deepStrictEqual(upTo, answer(ranksBelow(rank + 1)), title);
    });
  }
});
