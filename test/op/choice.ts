import test from 'ava';
import { MpiError } from '../../src/base/error.ts';
import { noOp, replace } from '../../src/op/choice.ts';

test('replace keeps what the higher rank gave, noOp what the lower', (t) => {
  const low = { from: 'low' };
  const high = { from: 'high' };
  t.is(replace.combine(low, high), high);
  t.is(noOp.combine(low, high), low);
  t.is(replace.combine<string | undefined>('low', undefined), undefined);
  t.deepEqual(noOp.combine([1, 'a'], [2]), [1, 'a']);
  for (const op of [replace, noOp]) {
    t.false(op.commutative);
    t.true(op.elementwise);
    t.notThrows(() => op.check(Symbol('anything')));
  }
});

test('of typed arrays they make a copy, or fill the array that is given', (t) => {
  const left = Int16Array.of(1, 2);
  const right = Int16Array.of(3, 4);
  const fresh = replace.combine(left, right);
  t.deepEqual(fresh, Int16Array.of(3, 4));
  t.not(fresh, right);
  t.deepEqual(noOp.combine(left, right), Int16Array.of(1, 2));
  t.is(noOp.combine(left, right, left), left);
  t.deepEqual([left, right], [Int16Array.of(1, 2), Int16Array.of(3, 4)]);
  t.is(noOp.combine(left, right, right), right);
  t.deepEqual(right, Int16Array.of(1, 2));
  const big = BigInt64Array.of(7n);
  t.is(replace.combine(BigInt64Array.of(8n), big, big), big);
  t.deepEqual(big, BigInt64Array.of(7n));
});

test('typed arrays that do not go together are refused, since they may come in pieces', (t) => {
  t.throws(() => replace.combine<Int8Array | Float64Array>(Int8Array.of(1), Float64Array.of(1)), {
    instanceOf: MpiError,
    code: 'ERR_TYPE',
    message:
      'replace cannot combine an Int8Array with a Float64Array; give the same kind of value on every rank',
  });
  t.throws(() => noOp.combine<unknown>(Int8Array.of(1), 1), {
    instanceOf: MpiError,
    code: 'ERR_TYPE',
    message:
      'noOp cannot combine an Int8Array with a number; give the same kind of value on every rank',
  });
  t.throws(() => noOp.combine(Int8Array.of(1), Int8Array.of(1, 2)), {
    instanceOf: MpiError,
    code: 'ERR_COUNT',
    message:
      'noOp cannot combine an array of 1 with one of 2; give arrays of the same length on every rank',
  });
});
