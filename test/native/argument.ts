import test, { type ExecutionContext } from 'ava';
import { MpiError } from '../../src/base/error.ts';
import { takeAll, takersOf } from '../../src/native/argument.ts';
import { parsePrototype } from '../../src/native/prototype.ts';

function taking(t: ExecutionContext, text: string) {
  const signature = parsePrototype(text);
  const takers = takersOf(signature);
  return {
    takes: (...args: unknown[]) => t.notThrows(() => takeAll(signature, takers, args)),
    refusal: (...args: unknown[]): string =>
      t.throws(() => takeAll(signature, takers, args), { instanceOf: MpiError, code: 'ERR_ARG' })
        .message,
  };
}

test('an integer must be one, and fit its type', (t) => {
  const { takes, refusal } = taking(t, 'void f(int n)');
  for (const value of [0, -(2 ** 31), 2 ** 31 - 1]) takes(value);
  const wanted = "f: parameter 'n' (int) takes an integer from -2147483648 to 2147483647, not";
  t.is(refusal(2 ** 31), `${wanted} 2147483648`);
  t.is(refusal(1.5), `${wanted} 1.5`);
  t.is(refusal(Number.NaN), `${wanted} NaN`);
  t.is(refusal('7'), `${wanted} "7"`);
  t.is(refusal(7n), `${wanted} 7n`);
  t.is(refusal(undefined), `${wanted} undefined`);
  const byte = taking(t, 'void f(unsigned char n)');
  byte.takes(255);
  t.regex(byte.refusal(-1), /from 0 to 255, not -1/);
});

test('64 bits take a bigint, or a number that is exact', (t) => {
  const { takes, refusal } = taking(t, 'void f(size_t n)');
  for (const value of [0, 3n, 2 ** 53 - 1, 2n ** 64n - 1n]) takes(value);
  t.is(
    refusal(2 ** 53),
    "f: parameter 'n' (size_t) takes a bigint from 0n to 18446744073709551615n, or a safe integer, not 9007199254740992",
  );
  t.regex(refusal(-1), /not -1$/);
  t.regex(refusal(2n ** 64n), /not 18446744073709551616n$/);
  taking(t, 'void f(long n)').takes(-(2n ** 63n));
});

test('other values are of their own kind', (t) => {
  const real = taking(t, 'void f(double x)');
  for (const value of [0.5, Number.NaN, Number.NEGATIVE_INFINITY]) real.takes(value);
  t.is(real.refusal(1n), "f: parameter 'x' (double) takes a number, not 1n");
  const truth = taking(t, 'void f(bool x)');
  truth.takes(false);
  t.is(truth.refusal(1), "f: parameter 'x' (bool) takes true or false, not 1");
});

test('an array must have the elements that C expects', (t) => {
  const { takes, refusal } = taking(t, 'void f(const double *a)');
  takes(new Float64Array(3));
  takes(new Float64Array(new SharedArrayBuffer(16)));
  takes(null);
  const wanted = "f: parameter 'a' (const double *) takes a Float64Array or null, not";
  t.is(refusal(new Float32Array(3)), `${wanted} a Float32Array`);
  t.is(refusal([1, 2]), `${wanted} an array`);
  t.is(refusal(new ArrayBuffer(8)), `${wanted} an ArrayBuffer`);
  t.is(refusal(undefined), `${wanted} undefined`);
  t.is(refusal(12n), `${wanted} 12n`);
  const bytes = taking(t, 'void f(uint8_t *a)');
  for (const value of [new Uint8Array(1), Buffer.alloc(1), new Uint8ClampedArray(1)]) {
    bytes.takes(value);
  }
  t.regex(bytes.refusal(new Int8Array(1)), /takes a Uint8Array, a Uint8ClampedArray or null/);
});

test('void * takes any memory', (t) => {
  const { takes, refusal } = taking(t, 'void f(void *p)');
  const buffer = new ArrayBuffer(8);
  for (const value of [
    buffer,
    new SharedArrayBuffer(8),
    new DataView(buffer),
    new Uint16Array(1),
  ]) {
    takes(value);
  }
  t.regex(refusal('text'), /takes any typed array, an ArrayBuffer or null, not "text"/);
});

test('memory that may go away under C is refused', (t) => {
  const Resizable = ArrayBuffer as unknown as new (
    bytes: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer;
  const { refusal } = taking(t, 'void f(double *a)');
  const array = new Float64Array(new Resizable(16, { maxByteLength: 32 }));
  t.regex(refusal(array), /takes memory that stays, not a resizable ArrayBuffer/);
});

test('text is a string that C can see the end of', (t) => {
  const { takes, refusal } = taking(t, 'void f(const char *s)');
  for (const value of ['', 'grüezi', null]) takes(value);
  t.is(refusal(7), "f: parameter 's' (const char *) takes a string or null, not 7");
  t.regex(refusal('a\0b'), /not one with a zero in it/);
});

test('the number of arguments must be right', (t) => {
  const { takes, refusal } = taking(t, 'int f(int a, int b)');
  takes(1, 2);
  t.is(refusal(1), "f: 'int f(int a, int b)' takes 2 arguments, and got 1");
  t.is(refusal(1, 2, 3), "f: 'int f(int a, int b)' takes 2 arguments, and got 3");
});
