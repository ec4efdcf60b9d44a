import test from 'ava';
import { MpiError } from '../../src/base/error.ts';
import { sum } from '../../src/op/arithmetic.ts';
import { createOp } from '../../src/op/create-op.ts';
import { opOf } from '../../src/op/op-of.ts';

test('an op stands for itself, and a plain function for the op that createOp makes of it', (t) => {
  t.is(opOf(sum), sum);
  const own = createOp((a: string, b: string) => a + b);
  t.is(opOf(own), own);
  const op = opOf((a: string, b: string) => a + b);
  t.is(op.combine<string>('x', 'y'), 'xy');
  t.false(op.commutative);
  t.false(op.elementwise);
});

test('anything else is refused, with the names of the ops there are', (t) => {
  const names =
    'sum, prod, min, max, land, lor, lxor, band, bor, bxor, minloc, maxloc, replace, noOp';
  for (const [value, shown] of [
    ['sum', '"sum"'],
    [undefined, 'undefined'],
    [null, 'null'],
    [3, 'a number'],
    [{ combine: () => 1 }, 'an object'],
  ]) {
    t.throws(() => opOf(value as never), {
      instanceOf: MpiError,
      code: 'ERR_OP',
      message: `op must be one of ${names} or a function (a, b) => …, not ${shown}`,
    });
  }
});
