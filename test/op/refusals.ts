import test from 'ava';
import { type ErrorCode, MpiError } from '../../src/base/error.ts';
import { max, sum } from '../../src/op/arithmetic.ts';
import { band, bor, bxor } from '../../src/op/bitwise.ts';
import { maxloc, minloc } from '../../src/op/located.ts';
import { land } from '../../src/op/logical.ts';
import type { Op } from '../../src/op/op.ts';

class Matrix {}

const OWN = 'make an op for it with createOp((a, b) => …)';
const SUM = 'sum combines numbers, bigints and arrays of them, not';
const LAND = 'land combines booleans, numbers, bigints and arrays of them, not';
const BAND = 'band combines integers and arrays of them, not';
const MINLOC = 'minloc combines pairs [value, location] and arrays of them, not';
const PAIR = `give [value, rank], or ${OWN}`;

/** What an op says of a value that it cannot take. */
const REFUSED: readonly [op: Op, value: unknown, message: string][] = [
  [sum, 'text', `${SUM} a string; ${OWN}`],
  [sum, undefined, `${SUM} undefined; ${OWN}`],
  [sum, null, `${SUM} null; ${OWN}`],
  [sum, { x: 1 }, `${SUM} an object; ${OWN}`],
  [max, Object.create(null), `max${SUM.slice(3)} an object; ${OWN}`],
  [sum, new Map(), `${SUM} a Map; ${OWN}`],
  [sum, new Matrix(), `${SUM} a Matrix; ${OWN}`],
  [sum, () => 1, `${SUM} a function; ${OWN}`],
  [sum, true, `${SUM} a boolean; use land, lor or lxor, or convert it with Number(…)`],
  [sum, [1, 'x'], `${SUM} a string at [1]; ${OWN}`],
  [sum, [1, [2, [null]]], `${SUM} null at [1][1][0]; ${OWN}`],
  [sum, [1, ...new Array(1), 2], `${SUM} undefined at [1]; ${OWN}`],
  [sum, new ArrayBuffer(8), `${SUM} an ArrayBuffer; view its memory as a typed array`],
  [sum, new DataView(new ArrayBuffer(8)), `${SUM} a DataView; view its memory as a typed array`],
  [land, 'yes', `${LAND} a string; ${OWN}`],
  [band, 1.5, `${BAND} 1.5; round it, as with Math.trunc(…)`],
  [band, 2 ** 53, `${BAND} 9007199254740992; use bigints beyond 2^53 - 1`],
  [band, Number.NaN, `${BAND} NaN; give an integer`],
  [band, true, `${BAND} a boolean; use land, lor or lxor`],
  [band, [[1], [2, 0.5]], `${BAND} 0.5 at [1][1]; round it, as with Math.trunc(…)`],
  [band, Float64Array.of(1), `${BAND} a Float64Array; convert it, as with Int32Array.from(…)`],
  [
    band,
    [Float32Array.of(1)],
    `${BAND} a Float32Array at [0]; convert it, as with Int32Array.from(…)`,
  ],
  [band, '1', `${BAND} a string; ${OWN}`],
  [minloc, 3, `${MINLOC} a number; ${PAIR}`],
  [minloc, [1, 2, 3], `${MINLOC} an array of 3 elements; ${PAIR}`],
  [minloc, [1, 'x'], `${MINLOC} a string at [1]; ${PAIR}`],
  [minloc, ['x', 1], `${MINLOC} a string at [0]; ${PAIR}`],
  [minloc, [[1, 2], 3], `${MINLOC} a number at [1]; ${PAIR}`],
  [minloc, [[1, 2], [3]], `${MINLOC} an array of 1 elements at [1]; ${PAIR}`],
  [
    minloc,
    Float64Array.of(1, 2, 3),
    `${MINLOC} a Float64Array of 3 elements; let each value be followed by its location`,
  ],
];

for (const [op, value, message] of REFUSED) {
  test(`check says: ${message}`, (t) => {
    t.throws(() => op.check(value), { instanceOf: MpiError, code: 'ERR_OP', message });
  });

  test(`combine says: ${message}`, (t) => {
    t.throws(() => op.combine(value, value), { instanceOf: MpiError, code: 'ERR_OP', message });
  });
}

test('of two sides the one that is refused is named, whichever it is', (t) => {
  for (const [left, right] of [
    ['x', 1],
    [1, 'x'],
    [2n, 'x'],
    ['x', [1]],
    [Int8Array.of(1), 'x'],
  ]) {
    t.throws(() => sum.combine(left as never, right as never), {
      instanceOf: MpiError,
      code: 'ERR_OP',
      message: `${SUM} a string; ${OWN}`,
    });
  }
  for (const op of [band, bor, bxor]) {
    for (const [left, right] of [
      [1, 0.5],
      [0.5, 1],
    ] as const) {
      const message = new RegExp(`^${op.name} combines integers and arrays of them, not 0.5;`);
      t.throws(() => op.combine(left, right), { code: 'ERR_OP', message });
    }
  }
});

const KIND = 'give the same kind of value on every rank';
const COUNT = 'give arrays of the same length on every rank';

/** What an op says of two sides that do not go together. */
const UNLIKE: readonly [op: Op, left: unknown, right: unknown, code: ErrorCode, message: string][] =
  [
    [sum, 1, 2n, 'ERR_TYPE', `sum cannot combine a number with a bigint; ${KIND}`],
    [land, true, 1, 'ERR_TYPE', `land cannot combine a boolean with a number; ${KIND}`],
    [sum, 1, [1], 'ERR_TYPE', `sum cannot combine a number with an array; ${KIND}`],
    [
      sum,
      [1],
      Float64Array.of(1),
      'ERR_TYPE',
      `sum cannot combine an array with a Float64Array; ${KIND}`,
    ],
    [
      max,
      Int8Array.of(1),
      Uint8Array.of(1),
      'ERR_TYPE',
      `max cannot combine an Int8Array with a Uint8Array; ${KIND}`,
    ],
    [
      sum,
      BigInt64Array.of(1n),
      BigUint64Array.of(1n),
      'ERR_TYPE',
      `sum cannot combine a BigInt64Array with a BigUint64Array; ${KIND}`,
    ],
    [
      sum,
      [1, [2, 3]],
      [1, [2, 3n]],
      'ERR_TYPE',
      `sum cannot combine a number with a bigint at [1][1]; ${KIND}`,
    ],
    [
      sum,
      [1, 2, 3],
      [1, 2],
      'ERR_COUNT',
      `sum cannot combine an array of 3 with one of 2; ${COUNT}`,
    ],
    [
      sum,
      [1, []],
      [1, [2]],
      'ERR_COUNT',
      `sum cannot combine an array of 0 with one of 1 at [1]; ${COUNT}`,
    ],
    [
      sum,
      Int8Array.of(1),
      Int8Array.of(1, 2),
      'ERR_COUNT',
      `sum cannot combine an array of 1 with one of 2; ${COUNT}`,
    ],
    [
      minloc,
      [1, 0],
      [1n, 1],
      'ERR_TYPE',
      `minloc cannot combine a number with a bigint at [0]; ${KIND}`,
    ],
    [
      minloc,
      [1, 0],
      [1, 1n],
      'ERR_TYPE',
      `minloc cannot combine a number with a bigint at [1]; ${KIND}`,
    ],
    [maxloc, [1, 0], [[1, 0]], 'ERR_TYPE', `maxloc cannot combine an array with an array; ${KIND}`],
  ];

for (const [op, left, right, code, message] of UNLIKE) {
  test(`two sides that do not go together: ${message}`, (t) => {
    op.check(left);
    op.check(right);
    t.throws(() => op.combine(left, right), { instanceOf: MpiError, code, message });
  });
}

test('an array that holds itself is refused before anything is sent', (t) => {
  const endless: unknown[] = [1];
  endless.push(endless);
  const place = `at ${'[1]'.repeat(8)} …`;
  for (const op of [sum, band]) {
    t.throws(() => op.check(endless), {
      instanceOf: MpiError,
      code: 'ERR_OP',
      message: `${op.name} cannot combine arrays nested more than 1000 deep ${place}; look for an array that holds itself`,
    });
  }
  const own: unknown[] = [];
  own.push(own);
  t.throws(() => minloc.check(own), { code: 'ERR_OP', message: /^minloc cannot .* deep at / });
});

test('the elements of a typed array are not looked at', (t) => {
  const array = new Float64Array(2);
  Object.defineProperty(array, Symbol.iterator, { get: () => t.fail() });
  sum.check(array);
  t.pass();
});

test('an array to fill that does not fit is a fault of the library', (t) => {
  const array = Float64Array.of(1, 2);
  t.throws(() => sum.combine(array, array, Float64Array.of(0)), {
    message: 'tsmpi is at fault, please report it: a result of 2 elements was to fill 1',
  });
});
