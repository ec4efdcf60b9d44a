import test from 'ava';
import fc from 'fast-check';
import type { TypedArray } from '../../src/base/array-kind.ts';
import { max, min, prod, sum } from '../../src/op/arithmetic.ts';
import { band, bor, bxor } from '../../src/op/bitwise.ts';
import { land, lor, lxor } from '../../src/op/logical.ts';
import type { Op } from '../../src/op/op.ts';
import {
  ALL_KINDS,
  anyInteger,
  anyNumber,
  elementsOf,
  FLOAT_KINDS,
  INTEGER_KINDS,
  type KindCase,
} from '../helpers/array-kinds.ts';
import { holds } from '../helpers/property.ts';

const truth = (isTrue: boolean): bigint => (isTrue ? 1n : 0n);

/** What each op makes of two integers, had they no bound. */
const INTEGERS: readonly [op: Op, exact: (a: bigint, b: bigint) => bigint][] = [
  [sum, (a, b) => a + b],
  [prod, (a, b) => a * b],
  [min, (a, b) => (a < b ? a : b)],
  [max, (a, b) => (a > b ? a : b)],
  [land, (a, b) => truth(a !== 0n && b !== 0n)],
  [lor, (a, b) => truth(a !== 0n || b !== 0n)],
  [lxor, (a, b) => truth((a !== 0n) !== (b !== 0n))],
  [band, (a, b) => a & b],
  [bor, (a, b) => a | b],
  [bxor, (a, b) => a ^ b],
];

const FLOATS: readonly [op: Op, plain: (a: number, b: number) => number][] = [
  [sum, (a, b) => a + b],
  [prod, (a, b) => a * b],
  [min, Math.min],
  [max, Math.max],
  [land, (a, b) => (a && b ? 1 : 0)],
  [lor, (a, b) => (a || b ? 1 : 0)],
  [lxor, (a, b) => Number(Boolean(a) !== Boolean(b))],
];

function isSame(left: TypedArray, right: TypedArray): boolean {
  return (
    left.constructor === right.constructor &&
    left.length === right.length &&
    elementsOf(left).every((element, at) => Object.is(element, right[at]))
  );
}

/** Combine two arrays of these elements in every way that a result may be asked for. */
function isRight(
  op: Op,
  kind: KindCase,
  each: readonly (readonly [number | bigint, number | bigint])[],
  expected: TypedArray,
): boolean {
  const makeLeft = (): TypedArray => kind.from(each.map(([a]) => a));
  const makeRight = (): TypedArray => kind.from(each.map(([, b]) => b));
  const [left, right] = [makeLeft(), makeRight()];
  op.check(left);
  const fresh = op.combine(left, right);
  const third = kind.from(each.map(() => 7));
  if (op.combine(left, right, third) !== third) return false;
  const areKept = isSame(left, makeLeft()) && isSame(right, makeRight());
  if (op.combine(left, makeRight(), left) !== left) return false;
  if (op.combine(makeLeft(), right, right) !== right) return false;
  return areKept && [fresh, third, left, right].every((result) => isSame(result, expected));
}

for (const kind of INTEGER_KINDS) {
  for (const [op, exact] of INTEGERS) {
    test(`${op.name} of ${kind.name} is that of integers, brought back to its range`, async (t) => {
      const one = anyInteger(kind);
      const property = fc.property(fc.array(fc.tuple(one, one), { maxLength: 20 }), (each) => {
        return isRight(op, kind, each, kind.from(each.map(([a, b]) => kind.wrap(exact(a, b)))));
      });
      await holds(t, property, 200);
    });
  }

  test(`${kind.name} may be combined in any grouping by every op`, async (t) => {
    const one = anyInteger(kind);
    const triples = fc.array(fc.tuple(one, one, one), { maxLength: 9 });
    const property = fc.property(triples, (each) => {
      const [a, b, c] = [
        kind.from(each.map(([first]) => first)),
        kind.from(each.map(([, second]) => second)),
        kind.from(each.map(([, , third]) => third)),
      ] as const;
      return INTEGERS.every(([op]) =>
        isSame(op.combine(op.combine(a, b), c), op.combine(a, op.combine(b, c))),
      );
    });
    await holds(t, property, 200);
  });
}

for (const kind of FLOAT_KINDS) {
  for (const [op, plain] of FLOATS) {
    test(`${op.name} of ${kind.name} is that of its elements, rounded once`, async (t) => {
      const property = fc.property(
        fc.array(fc.tuple(anyNumber, anyNumber), { maxLength: 20 }),
        (each) => {
          const round = (value: number): number => Number(kind.from([value])[0]);
          const expected = each.map(([a, b]) => plain(round(a), round(b)));
          return isRight(op, kind, each, kind.from(expected));
        },
      );
      await holds(t, property, 200);
    });
  }
}

test('integers wrap around, or stop at their bounds, where the kind does', (t) => {
  t.deepEqual(sum.combine(Int8Array.of(100), Int8Array.of(100)), Int8Array.of(-56));
  t.deepEqual(sum.combine(Uint8Array.of(200), Uint8Array.of(100)), Uint8Array.of(44));
  const clamped = Uint8ClampedArray.of(200);
  t.deepEqual(sum.combine(clamped, clamped), Uint8ClampedArray.of(255));
  const large = Int32Array.of(2 ** 31 - 1);
  t.deepEqual(prod.combine(large, large), Int32Array.of(1));
  const largest = BigInt64Array.of(2n ** 63n - 1n);
  t.deepEqual(sum.combine(largest, BigInt64Array.of(1n)), BigInt64Array.of(-(2n ** 63n)));
});

test('Float32 rounds at each step', (t) => {
  const one = Float32Array.of(2 ** 24);
  const rounded = sum.combine(sum.combine(one, Float32Array.of(1)), Float32Array.of(1));
  t.deepEqual(rounded, Float32Array.of(2 ** 24));
});

test('arrays of every length are combined to their end', (t) => {
  for (const kind of ALL_KINDS) {
    for (let count = 0; count < 20; count += 1) {
      const values = Array.from({ length: count }, (_, at) => at);
      const doubled = kind.from(values.map((value) => value * 2));
      t.deepEqual(sum.combine(kind.from(values), kind.from(values)), doubled);
    }
  }
});

test('pieces of a larger array are combined in place, and nothing beside them', (t) => {
  const left = Float64Array.of(1, 2, 3, 4);
  const right = Float64Array.of(10, 20, 30, 40);
  const piece = left.subarray(1, 3);
  t.is(sum.combine(piece, right.subarray(1, 3), piece), piece);
  t.deepEqual(left, Float64Array.of(1, 22, 33, 4));
});

test('a Buffer goes with a Uint8Array, and memory may be shared', (t) => {
  const bytes = Uint8Array.of(1, 2);
  t.deepEqual(sum.combine<Uint8Array>(Buffer.of(3, 4), bytes), Buffer.of(4, 6));
  t.deepEqual(sum.combine<Uint8Array>(bytes, Buffer.of(3, 4)), Uint8Array.of(4, 6));
  const shared = new Int32Array(new SharedArrayBuffer(8));
  t.is(sum.combine<Int32Array>(shared, Int32Array.of(5, 6), shared), shared);
  t.deepEqual([...shared], [5, 6]);
});

test('a subclass is combined as the array that it extends', (t) => {
  class Row extends Float64Array {}
  const result = sum.combine<Float64Array>(Row.of(1, 2), Float64Array.of(3, 4));
  t.deepEqual(result, Float64Array.of(4, 6));
});
