import test from 'ava';
import { MpiError } from '../../src/base/error.ts';
import { parsePrototype } from '../../src/native/prototype.ts';

function told(text: string): string {
  const { name, result, parameters } = parsePrototype(text);
  const list = parameters.map(({ name, form, kind }) => `${name}: ${form} ${kind}`);
  return `${name}(${list.join(', ')}) ${result.form} ${result.kind}`;
}

test('a prototype is read as C reads it', (t) => {
  t.is(told('uint64_t fib(int n)'), 'fib(n: value int32) value uint64');
  t.is(told('  void  f ( void ) ; '), 'f() value void');
  t.is(told('int f()'), 'f() value int32');
  t.is(
    told('extern unsigned long long int f(unsigned x, long y, signed char z)'),
    'f(x: value uint32, y: value int64, z: value int8) value uint64',
  );
});

test('arrays are pointers, however they are written', (t) => {
  const wanted = 'f(a: array double) value double';
  for (const parameter of [
    'double *a',
    'double*a',
    'const double * restrict a',
    'double const *a',
    'double a[]',
    'const double a[restrict 3]',
    'double\n\ta[16]',
  ]) {
    t.is(told(`double f(${parameter})`), wanted);
  }
  t.is(
    told('int f(const void *from, char *to)'),
    'f(from: array void, to: array char) value int32',
  );
});

test('characters that are only read are text', (t) => {
  t.is(
    told('const char *f(const char *key, const char[])'),
    'f(key: text char, 2: text char) text char',
  );
});

test('parameters need no names', (t) => {
  t.is(
    told('int f(unsigned, const float *, bool)'),
    'f(1: value uint32, 2: array float, 3: value bool) value int32',
  );
});

test('what cannot be passed is refused, with what can be done instead', (t) => {
  const refusal = (text: unknown): string =>
    t.throws(() => parsePrototype(text), { instanceOf: MpiError, code: 'ERR_ARG' }).message;
  t.is(
    refusal('fib'),
    "native: prototype 'fib': it must be a declaration as in C: 'int add(int a, int b)'",
  );
  t.regex(
    refusal('int f(struct point p)'),
    /'struct point p' has a type that JavaScript has nothing for/,
  );
  t.regex(refusal('integer f(int n)'), /'integer result' has a type|'integer' has a type/);
  t.regex(refusal('int f(double **rows)'), /pointer to pointers or to arrays: pass one array/);
  t.regex(refusal('int f(double rows[3][3])'), /pointer to pointers or to arrays/);
  t.regex(refusal('int f(int (*compare)(int))'), /a function cannot be passed to C/);
  t.regex(refusal('int printf(const char *format, ...)'), /without \.\.\. around it/);
  t.regex(refusal('double *f(int n)'), /a pointer cannot be returned, but for 'const char \*'/);
  t.regex(refusal('int f(void x)'), /'void x' is no parameter/);
  t.regex(refusal(7), /a prototype is a text such as/);
  t.regex(refusal(`int f(${Array(33).fill('int').join()})`), /more than 32 parameters/);
});
