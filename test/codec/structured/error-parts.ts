import test from 'ava';
import { decodeStructured } from '../../../src/codec/structured/decode.ts';
import { encodeStructured } from '../../../src/codec/structured/encode.ts';

function copy<T>(value: T): T {
  return decodeStructured(encodeStructured(value).slice()) as T;
}

for (const Class of [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
]) {
  test(`${Class.name} keeps its class, message, stack and cause`, (t) => {
    const error = new Class('went wrong', { cause: { why: 1 } });
    const received = copy(error);
    t.is(Object.getPrototypeOf(received), Class.prototype);
    t.is(received.name, Class.name);
    t.is(received.message, 'went wrong');
    t.is(received.stack, error.stack);
    t.deepEqual(received.cause, { why: 1 });
    t.deepEqual(Object.keys(received), []);
    t.deepEqual(
      new Set(Object.getOwnPropertyNames(received)),
      new Set(Object.getOwnPropertyNames(error)),
    );
  });
}

test('an AggregateError keeps its errors', (t) => {
  const received = copy(new AggregateError([new TypeError('a'), 'b'], 'several'));
  t.true(received instanceof AggregateError);
  t.true(received.errors[0] instanceof TypeError);
  t.is(received.errors[1], 'b');
});

test('an error without message or cause comes back without', (t) => {
  const received = copy(new Error());
  t.false(Object.hasOwn(received, 'message'));
  t.false(Object.hasOwn(received, 'cause'));
  t.true(Object.hasOwn(copy(new Error('x', { cause: undefined })), 'cause'));
});

test("a user's class of errors becomes the standard one it extends and keeps its name", (t) => {
  class QuotaError extends RangeError {
    override readonly name = 'QuotaError';
    readonly code = 'E_QUOTA';
  }
  const received = copy(new QuotaError('too much'));
  t.is(Object.getPrototypeOf(received), RangeError.prototype);
  t.is(received.name, 'QuotaError');
  t.is(String(received), 'QuotaError: too much');
  t.is(received.code, 'E_QUOTA');

  class Inherited extends Error {}
  Inherited.prototype.name = 'Inherited';
  const other = copy(new Inherited('x'));
  t.is(other.name, 'Inherited');
  t.deepEqual(Object.keys(other), []);
});

test('own properties of an error are kept, but for functions', (t) => {
  const error = Object.assign(new Error('x'), {
    code: 'ENOENT',
    errno: -2,
    ['__proto__']: 1,
    toJSON: () => 'x',
  });
  const received = copy(error);
  t.deepEqual(Object.entries(received), Object.entries(error).slice(0, -1));
  t.true(received instanceof Error);
});

test('a DOMException keeps name and message', (t) => {
  const { reason } = AbortSignal.abort();
  const received = copy(reason);
  t.true(received instanceof Error);
  t.is(received.name, 'AbortError');
  t.is(received.message, reason.message);
});
