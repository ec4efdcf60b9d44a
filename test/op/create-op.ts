import test from 'ava';
import { MpiError } from '../../src/base/error.ts';
import { createOp } from '../../src/op/create-op.ts';

const OPTIONS = { elementwise: true } as const;

test('an op of a function gives it the two sides whole, the lower rank first', (t) => {
  const join = createOp((a: string, b: string) => `${a}${b}`);
  t.is(join.combine<string>('x', 'y'), 'xy');
  t.false(join.commutative);
  t.false(join.elementwise);
  const seen: unknown[] = [];
  const left = Float64Array.of(1);
  const right = Float64Array.of(2);
  const spy = createOp((a: Float64Array, b: Float64Array) => {
    seen.push(a, b);
    return Float64Array.of(3, 4);
  });
  t.deepEqual(spy.combine(left, right), Float64Array.of(3, 4));
  t.true(seen[0] === left && seen[1] === right);
  t.notThrows(() => spy.check('anything'));
});

test('what a function of whole arrays returns goes into the array to fill', (t) => {
  const left = Float64Array.of(1, 2);
  const right = Float64Array.of(3, 4);
  const reversed = createOp((a: Float64Array, b: Float64Array) => a.map((x, i) => x * (b[i] ?? 0)));
  t.is(reversed.combine(left, right, left), left);
  t.deepEqual(left, Float64Array.of(3, 8));
  const second = createOp((_: Float64Array, b: Float64Array) => b);
  t.is(second.combine(left, right, left), left);
  t.deepEqual(left, right);
  t.is(second.combine(left, right, right), right);
});

test('an array to fill takes only what fits into it', (t) => {
  const into = Float64Array.of(1, 2);
  const returning = (result: unknown): (() => unknown) => {
    const op = createOp((_a: unknown, _b: unknown) => result, { name: 'fit' });
    return () => op.combine<unknown>(into, into, into);
  };
  t.throws(returning(3), {
    instanceOf: MpiError,
    code: 'ERR_OP',
    message:
      'fit returned a number where a Float64Array is to be filled; return such an array, or leave out into',
  });
  t.throws(returning(Float32Array.of(1, 2)), {
    code: 'ERR_OP',
    message:
      'fit returned a Float32Array where a Float64Array is to be filled; return such an array, or leave out into',
  });
  t.throws(returning(Float64Array.of(1)), {
    code: 'ERR_OP',
    message:
      'fit returned an array of 1 where one of 2 is to be filled; return such an array, or leave out into',
  });
  t.deepEqual(into, Float64Array.of(1, 2));
});

test('an elementwise op gives its function the elements at the same place', (t) => {
  const difference = createOp((a: number, b: number) => a - b, OPTIONS);
  t.true(difference.elementwise);
  t.is(difference.combine<number>(5, 3), 2);
  const left = [5, 7];
  t.deepEqual(difference.combine(left, [3, 1]), [2, 6]);
  t.deepEqual(left, [5, 7]);
  const bytes = Uint8Array.of(5, 1);
  t.deepEqual(difference.combine(bytes, Uint8Array.of(3, 3)), Uint8Array.of(2, 254));
  t.deepEqual(bytes, Uint8Array.of(5, 1));
  t.is(difference.combine(bytes, Uint8Array.of(3, 3), bytes), bytes);
  t.deepEqual(bytes, Uint8Array.of(2, 254));
  const right = Uint8Array.of(1, 1);
  t.is(difference.combine(bytes, right, right), right);
  t.deepEqual(right, Uint8Array.of(1, 253));
  const big = createOp((a: bigint, b: bigint) => a * 10n + b, OPTIONS);
  t.deepEqual(big.combine(BigInt64Array.of(1n), BigInt64Array.of(2n)), BigInt64Array.of(12n));
});

test('an array inside an array is one element', (t) => {
  type Complex = readonly [re: number, im: number];
  const times = createOp<Complex>(([a, b], [c, d]) => [a * c - b * d, a * d + b * c], OPTIONS);
  t.deepEqual(times.combine<readonly Complex[]>([[0, 1]], [[0, 1]]), [[-1, 0]]);
});

test('sides of an elementwise op that do not go together are refused', (t) => {
  const first = createOp((a: number, _: number) => a, { elementwise: true, name: 'first' });
  const combine = (left: unknown, right: unknown) => (): unknown =>
    first.combine(left as number, right as number);
  t.throws(combine([1], [1, 2]), {
    instanceOf: MpiError,
    code: 'ERR_COUNT',
    message:
      'first cannot combine an array of 1 with one of 2; give arrays of the same length on every rank',
  });
  t.throws(combine(Int8Array.of(1), Int16Array.of(1)), {
    code: 'ERR_TYPE',
    message:
      'first cannot combine an Int8Array with an Int16Array; give the same kind of value on every rank',
  });
  t.throws(combine([1], 1), {
    code: 'ERR_TYPE',
    message:
      'first cannot combine an array with a number; give the same kind of value on every rank',
  });
});

test('a result that is no element of the array is refused, not stored as NaN', (t) => {
  const nothing = createOp((a: number, b: number) => (b > 1 ? (undefined as never) : a), OPTIONS);
  t.throws(() => nothing.combine(Int8Array.of(1, 2), Int8Array.of(1, 2)), {
    instanceOf: MpiError,
    code: 'ERR_OP',
    message:
      'the function returned undefined for an element of an Int8Array at [1]; return a number',
  });
  const wrong = createOp((_a: bigint, _b: bigint) => 1 as never, { ...OPTIONS, name: 'wrong' });
  t.throws(() => wrong.combine(BigInt64Array.of(1n), BigInt64Array.of(2n)), {
    code: 'ERR_OP',
    message: 'wrong returned a number for an element of a BigInt64Array at [0]; return a bigint',
  });
});

test('a function that returns a promise is refused', (t) => {
  const later = async (a: unknown): Promise<unknown> => a;
  const asOp = later as (a: unknown, b: unknown) => unknown;
  const message = 'later returned a Promise; an op must return its result itself';
  t.throws(() => createOp(asOp).combine<unknown>(1, 2), {
    instanceOf: MpiError,
    code: 'ERR_OP',
    message,
  });
  t.throws(() => createOp(asOp, OPTIONS).combine<unknown>(1, 2), { code: 'ERR_OP', message });
  t.throws(() => createOp(asOp, OPTIONS).combine<unknown>([1], [2]), {
    code: 'ERR_OP',
    message: 'later returned a Promise at [0]; an op must return its result itself',
  });
});

test('an error of the function comes out as it is', (t) => {
  const error = new Error('cannot');
  const fail = (_a: unknown, _b: unknown): unknown => {
    throw error;
  };
  for (const op of [createOp(fail), createOp(fail, OPTIONS)]) {
    t.is(
      t.throws(() => op.combine<unknown>([1], [2])),
      error,
    );
  }
});

test('an op is called by its option, its function, or what it is', (t) => {
  function hypot(a: number, b: number): number {
    return Math.hypot(a, b);
  }
  t.is(createOp(hypot).name, 'hypot');
  t.is(createOp(hypot, { name: 'length', commutative: true }).name, 'length');
  t.true(createOp(hypot, { commutative: true }).commutative);
  t.is(createOp((a) => a).name, 'the function');
  t.is(createOp(hypot, { name: undefined, elementwise: undefined }).name, 'hypot');
});

test('createOp refuses what is no function, and options of the wrong kind', (t) => {
  const call = (fn: unknown, options?: unknown) => (): unknown =>
    createOp(fn as () => never, options as object);
  const refuses = (attempt: () => unknown, code: string, message: string): void => {
    t.throws(attempt, { instanceOf: MpiError, code, message });
  };
  refuses(call(5), 'ERR_OP', 'createOp takes a function (a, b) => …, not a number');
  refuses(
    call(() => 1, 5),
    'ERR_ARG',
    'createOp: the options must be an object such as { commutative: true }, not a number',
  );
  refuses(
    call(() => 1, { commutative: 'yes' }),
    'ERR_ARG',
    'createOp: commutative must be a boolean, not a string',
  );
  refuses(
    call(() => 1, { elementwise: 1 }),
    'ERR_ARG',
    'createOp: elementwise must be a boolean, not a number',
  );
  refuses(
    call(() => 1, { name: 7 }),
    'ERR_ARG',
    'createOp: name must be a string, not a number',
  );
});
