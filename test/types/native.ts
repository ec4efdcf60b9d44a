/** Types of functions of C, compiled and never run: each line with `@ts-expect-error` must be refused. */
import { native } from '../../src/native.ts';

export async function check(): Promise<void> {
  const it = await native('./x.c', {
    fib: 'uint64_t fib(int n)',
    sum: 'double sum(const double *a, size_t n)',
    scale: 'void scale(float*restrict a, long count, float by);',
    name: 'const char *name(const char *key, bool upper)',
    none: 'int none(void)',
    empty: 'unsigned long long empty()',
    bytes: `void bytes(
      const void *from,
      unsigned char to[16]
    )`,
    flags: 'uint8_t flags(unsigned char, char, short int, unsigned)',
    text: 'void text(const char key[], const char [])',
    long: 'int64_t far(long long x, int64_t y[restrict])',
  });
  const fib: bigint = await it.fib(40);
  const fibNow: bigint = it.fib.sync(40);
  const sum: number = await it.sum(new Float64Array(3), 3);
  const sumOfNone: number = await it.sum(null, 0n);
  const nothing: undefined = await it.scale(new Float32Array(1), 1, 0.5);
  const name: string | null = await it.name('key', true);
  const none: number = await it.none();
  const empty: bigint = it.empty.sync();
  await it.bytes(new BigInt64Array(2), Buffer.alloc(16));
  await it.bytes(new DataView(new ArrayBuffer(2)), null);
  await it.text('a', null);
  const flags: number = await it.flags(1, 2, 3, 4);
  const far: bigint = await it.long(2n ** 40n, new BigInt64Array(1));
  console.log(fib, fibNow, sum, sumOfNone, nothing, name, none, empty, flags, far);

  // @ts-expect-error an int is a number
  await it.fib(40n);
  // @ts-expect-error it takes one argument
  await it.fib();
  // @ts-expect-error it takes one argument
  await it.fib(1, 2);
  // @ts-expect-error doubles are not floats
  await it.sum(new Float32Array(3), 3);
  // @ts-expect-error text is not bytes
  await it.name(new Uint8Array(3), true);
  // @ts-expect-error true or false
  await it.name('x', 1);
  // @ts-expect-error there is no such function
  await it.fob(1);
  // @ts-expect-error 64 bits come back as a bigint
  const wrong: number = await it.fib(40);
  console.log(wrong);

  // @ts-expect-error there is no such type
  await native('./x.c', { f: 'int f(integer x)' });
  // @ts-expect-error a structure
  await native('./x.c', { f: 'int f(struct point p)' });
  // @ts-expect-error pointers to pointers
  await native('./x.c', { f: 'int f(double **rows)' });
  // @ts-expect-error pointers to arrays
  await native('./x.c', { f: 'int f(double rows[3][3])' });
  // @ts-expect-error a pointer as a result
  await native('./x.c', { f: 'double *f(int n)' });
  // @ts-expect-error no prototype
  await native('./x.c', { f: 'fib' });

  // What is put together at run time is not known.
  const text: string = 'int f(int n)';
  const { f } = await native(new URL('file:///x.c'), { f: text });
  const unknown: unknown = await f(1, 'two');
  console.log(unknown);
}
