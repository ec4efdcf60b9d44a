import test from 'ava';
import fc from 'fast-check';
import { max, min, prod, sum } from '../../src/op/arithmetic.ts';
import { band, bor, bxor } from '../../src/op/bitwise.ts';
import { land, lor, lxor } from '../../src/op/logical.ts';
import type { Op } from '../../src/op/op.ts';
import { anyNumber } from '../helpers/array-kinds.ts';
import { holds } from '../helpers/property.ts';

/** What each op makes of two values, in rank order. */
const ANSWERS: readonly [op: Op, left: unknown, right: unknown, expected: unknown][] = [
  [sum, 2, 3.5, 5.5],
  [sum, 2n ** 70n, 1n, 2n ** 70n + 1n],
  [prod, 2, 3.5, 7],
  [prod, 2n ** 40n, 2n ** 40n, 2n ** 80n],
  [min, 2, -3, -3],
  [min, 2n, 3n, 2n],
  [min, 3n, 2n, 2n],
  [max, 2, -3, 2],
  [max, 2n, 3n, 3n],
  [max, 3n, 2n, 3n],
  [land, true, true, true],
  [land, true, false, false],
  [land, 7, -1, 1],
  [land, 7, 0, 0],
  [land, Number.NaN, 1, 0],
  [land, 7n, 5n, 1n],
  [land, 0n, 5n, 0n],
  [lor, false, true, true],
  [lor, false, false, false],
  [lor, 0, 5, 1],
  [lor, 0, -0, 0],
  [lor, 0n, 5n, 1n],
  [lor, 0n, 0n, 0n],
  [lxor, true, true, false],
  [lxor, false, true, true],
  [lxor, 7, 5, 0],
  [lxor, 7, 0, 1],
  [lxor, 7n, 5n, 0n],
  [lxor, 0n, 5n, 1n],
  [band, 12, 10, 8],
  [band, -1, 2 ** 40 + 1, 2 ** 40 + 1],
  [band, 12n, 10n, 8n],
  [bor, 12, 10, 14],
  [bor, -(2 ** 40), 1, -(2 ** 40) + 1],
  [bor, 12n, 10n, 14n],
  [bxor, 12, 10, 6],
  [bxor, -1, 2 ** 53 - 1, -(2 ** 53)],
  [bxor, 12n, 10n, 6n],
];

for (const [op, left, right, expected] of ANSWERS) {
  const show = (value: unknown): string =>
    typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : String(value);
  test(`${op.name} of ${show(left)} and ${show(right)} is ${show(expected)}`, (t) => {
    op.check(left);
    op.check(right);
    t.is(op.combine(left, right), expected);
  });
}

test('every op of this file takes its sides in any order, and cuts arrays anywhere', (t) => {
  for (const op of [sum, prod, min, max, land, lor, lxor, band, bor, bxor]) {
    t.true(op.commutative);
    t.true(op.elementwise);
    t.is(op.unit(new Float64Array(4)), 1);
  }
});

test('min and max give the same for both orders, NaN and -0 included', async (t) => {
  const property = fc.property(fc.tuple(anyNumber, anyNumber), ([a, b]) => {
    for (const [op, expected] of [
      [min, Math.min(a, b)],
      [max, Math.max(a, b)],
    ] as const) {
      if (!Object.is(op.combine(a, b), expected)) return false;
      if (!Object.is(op.combine(b, a), expected)) return false;
    }
    return true;
  });
  await holds(t, property, 2000);
});

const anyExact = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.constantFrom(0, -0, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, -(2 ** 53)),
);

test('bits of numbers are those of bigints, up to 53 of them', async (t) => {
  const property = fc.property(fc.tuple(anyExact, anyExact), ([a, b]) =>
    [band, bor, bxor].every((op) =>
      Object.is(op.combine(a, b), Number(op.combine(BigInt(a), BigInt(b)))),
    ),
  );
  await holds(t, property, 2000);
});

test('integers may be combined in any grouping', async (t) => {
  const ops = [sum, prod, min, max, land, lor, lxor, band, bor, bxor];
  const whole = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n });
  const bigints = fc.property(fc.tuple(whole, whole, whole), ([a, b, c]) =>
    ops.every((op) => op.combine(op.combine(a, b), c) === op.combine(a, op.combine(b, c))),
  );
  await holds(t, bigints, 500);
  const small = fc.integer({ min: -(2 ** 17), max: 2 ** 17 }).map((value) => value + 0);
  const numbers = fc.property(fc.tuple(small, small, small), ([a, b, c]) =>
    ops.every((op) => op.combine(op.combine(a, b), c) === op.combine(a, op.combine(b, c))),
  );
  await holds(t, numbers, 500);
  const bits = fc.property(fc.tuple(anyExact, anyExact, anyExact), ([a, b, c]) =>
    [band, bor, bxor].every(
      (op) => op.combine(op.combine(a, b), c) === op.combine(a, op.combine(b, c)),
    ),
  );
  await holds(t, bits, 500);
});
