import test from 'ava';
import fc from 'fast-check';
import type { TypedArray } from '../../src/base/array-kind.ts';
import { max, min } from '../../src/op/arithmetic.ts';
import { maxloc, minloc } from '../../src/op/located.ts';
import { ALL_KINDS, anyNumber, elementsOf } from '../helpers/array-kinds.ts';
import { holds } from '../helpers/property.ts';

type Pair = [value: number, location: number];

/** Of all pairs the extreme value, and the lowest location where it stands. */
function search(pairs: readonly Pair[], extreme: (...values: number[]) => number): Pair {
  const value = extreme(...pairs.map(([each]) => each));
  // 0 + 0 and -0 + 0 are the same 0, and NaN is itself to Object.is.
  const isThere = ([each]: Pair): boolean => Object.is(each + 0, value + 0);
  return [value, Math.min(...pairs.filter(isThere).map(([, location]) => location))];
}

const OPS = [
  [minloc, Math.min],
  [maxloc, Math.max],
] as const;

const anyPair: fc.Arbitrary<Pair> = fc.tuple(anyNumber, fc.nat(9));

test('minloc and maxloc keep the location with the value', (t) => {
  t.deepEqual(minloc.combine([3, 0], [2, 1]), [2, 1]);
  t.deepEqual(maxloc.combine([3, 0], [2, 1]), [3, 0]);
  t.deepEqual(minloc.combine([3n, 0], [2n, 1]), [2n, 1]);
  t.deepEqual(maxloc.combine([3n, 0n], [2n, 1n]), [3n, 0n]);
});

test('of equal values the lowest location stays, whichever side it is on', (t) => {
  for (const [op] of OPS) {
    t.deepEqual(op.combine([5, 2], [5, 1]), [5, 1]);
    t.deepEqual(op.combine([5, 1], [5, 2]), [5, 1]);
    t.deepEqual(op.combine([5n, 2], [5n, 1]), [5n, 1]);
    t.deepEqual(op.combine([Number.NaN, 2], [Number.NaN, 1]), [Number.NaN, 1]);
    t.deepEqual(op.combine([5, 2n], [5, 1n]), [5, 1n]);
  }
  t.deepEqual(minloc.combine([0, 1], [-0, 2]), [-0, 1]);
  t.deepEqual(maxloc.combine([-0, 1], [0, 2]), [0, 1]);
});

test('NaN wins over every number, whichever side it is on', (t) => {
  for (const [op] of OPS) {
    t.deepEqual(op.combine([Number.NaN, 4], [1, 0]), [Number.NaN, 4]);
    t.deepEqual(op.combine([1, 0], [Number.NaN, 4]), [Number.NaN, 4]);
  }
});

for (const [op, extreme] of OPS) {
  test(`${op.name} of many pairs is what a search finds, in any grouping and order`, async (t) => {
    const property = fc.property(fc.tuple(anyPair, anyPair, anyPair), ([a, b, c]) => {
      const expected = search([a, b, c], extreme);
      const results = [
        op.combine(op.combine(a, b), c),
        op.combine(a, op.combine(b, c)),
        op.combine(op.combine(c, a), b),
        op.combine(c, op.combine(b, a)),
      ];
      return results.every(
        (result) => Object.is(result[0], expected[0]) && Object.is(result[1], expected[1]),
      );
    });
    await holds(t, property, 2000);
  });

  for (const kind of ALL_KINDS) {
    test(`${op.name} of ${kind.name} takes pairs that lie one behind the other`, async (t) => {
      const whole = fc.tuple(fc.nat(5), fc.nat(5));
      const each = fc.tuple(whole, whole);
      const property = fc.property(fc.array(each, { maxLength: 9 }), (pairs) => {
        const make = (side: 0 | 1): TypedArray => kind.from(pairs.flatMap((pair) => pair[side]));
        const expected = elementsOf(kind.from(pairs.flatMap((pair) => search(pair, extreme))));
        const [left, right] = [make(0), make(1)];
        op.check(left);
        const results = [op.combine(left, right), op.combine(left, make(1), left)];
        results.push(op.combine(make(0), right, right));
        if (results[1] !== left || results[2] !== right) return false;
        return results.every((result) =>
          elementsOf(result).every((element, at) => Object.is(element, expected[at])),
        );
      });
      await holds(t, property, 200);
    });
  }

  test(`${op.name} of a Float64Array knows NaN and -0 as that of pairs does`, async (t) => {
    const property = fc.property(fc.tuple(anyPair, anyPair), ([a, b]) => {
      const expected = search([a, b], extreme);
      const result = op.combine(Float64Array.from(a), Float64Array.from(b));
      return Object.is(result[0], expected[0]) && Object.is(result[1], expected[1]);
    });
    await holds(t, property, 1000);
  });
}

test('arrays of pairs are combined pair by pair, to any depth, and are not changed', (t) => {
  const left = [[1, 0], [[7, 0]], Float64Array.of(3, 0)];
  const right = [[2, 1], [[6, 1]], Float64Array.of(2, 1)];
  minloc.check(left);
  t.deepEqual(minloc.combine(left, right), [[1, 0], [[6, 1]], Float64Array.of(2, 1)]);
  t.deepEqual(left, [[1, 0], [[7, 0]], Float64Array.of(3, 0)]);
  t.deepEqual(right, [[2, 1], [[6, 1]], Float64Array.of(2, 1)]);
  t.deepEqual(minloc.combine([], []), []);
});

test('a result is a pair of its own, not one of the two', (t) => {
  const left = [1, 0];
  const right = [2, 1];
  t.not(minloc.combine(left, right), left);
  t.not(maxloc.combine(left, right), right);
});

test('pairs may not be cut', (t) => {
  t.is(minloc.unit(Float64Array.of(1, 2, 3, 4)), 2);
  t.is(minloc.unit([1, 2]), 2);
  t.is(minloc.unit([[1, 2]]), 1);
  t.is(minloc.unit([]), 1);
  t.is(maxloc.unit(Int8Array.of(1, 2)), 2);
  t.true(minloc.elementwise);
  t.true(minloc.commutative);
});

test('the value is what min and max find', async (t) => {
  const property = fc.property(fc.tuple(anyPair, anyPair), ([a, b]) => {
    const [least] = minloc.combine(a, b);
    const [greatest] = maxloc.combine(a, b);
    return (
      Object.is(least, min.combine(a[0], b[0])) && Object.is(greatest, max.combine(a[0], b[0]))
    );
  });
  await holds(t, property, 1000);
});
