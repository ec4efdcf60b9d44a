import test from 'ava';
import fc from 'fast-check';
import { max, min, prod, sum } from '../../src/op/arithmetic.ts';
import { band, bxor } from '../../src/op/bitwise.ts';
import { land, lor } from '../../src/op/logical.ts';
import type { Op } from '../../src/op/op.ts';
import { anyNumber } from '../helpers/array-kinds.ts';
import { holds } from '../helpers/property.ts';

test('arrays are combined element by element, each element as what it is', (t) => {
  const left = [1, 2n, 3, [4, [5n]], Int8Array.of(100)];
  const right = [10, 20n, 30, [40, [50n]], Int8Array.of(100)];
  sum.check(left);
  t.deepEqual(sum.combine(left, right), [11, 22n, 33, [44, [55n]], Int8Array.of(-56)]);
  t.deepEqual(left, [1, 2n, 3, [4, [5n]], Int8Array.of(100)]);
  t.deepEqual(right, [10, 20n, 30, [40, [50n]], Int8Array.of(100)]);
});

test('arrays of booleans and of integers go with the ops that take them', (t) => {
  t.deepEqual(land.combine([true, true, 2, 3n], [true, false, 0, 4n]), [true, false, 0, 1n]);
  t.deepEqual(lor.combine([[false], [true]], [[false], [false]]), [[false], [true]]);
  t.deepEqual(band.combine([6, 2 ** 33 + 1, 6n], [3, 2 ** 33, 3n]), [2, 2 ** 33, 2n]);
  t.deepEqual(bxor.combine([[6], 1], [[3], 1]), [[5], 0]);
});

test('an empty array stays one', (t) => {
  t.deepEqual(sum.combine([], []), []);
  t.deepEqual(sum.combine([[], []], [[], []]), [[], []]);
});

const numeric: readonly [op: Op, plain: (a: number, b: number) => number][] = [
  [sum, (a, b) => a + b],
  [prod, (a, b) => a * b],
  [min, Math.min],
  [max, Math.max],
  [land, (a, b) => Number(Boolean(a) && Boolean(b))],
];

for (const [op, plain] of numeric) {
  test(`${op.name} of arrays of numbers is that of each two, and changes neither`, async (t) => {
    const pairs = fc.array(fc.tuple(anyNumber, anyNumber), { maxLength: 20 });
    const property = fc.property(pairs, (each) => {
      const left = each.map(([a]) => a);
      const right = each.map(([, b]) => b);
      const result = op.combine(left, right);
      return (
        result !== left &&
        result !== right &&
        result.length === each.length &&
        each.every(([a, b], at) => Object.is(result[at], plain(a, b))) &&
        each.every(([a, b], at) => Object.is(left[at], a) && Object.is(right[at], b))
      );
    });
    await holds(t, property, 300);
  });
}
