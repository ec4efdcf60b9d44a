import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test, { type ExecutionContext } from 'ava';
import { callsAtOnce } from '../../src/native/call-queue.ts';
import type { NativeFunctions } from '../../src/native/types.ts';
import { place, SOURCE, withCompiler } from '../helpers/native.ts';

/** What these tests compile, which is once the same for all. */
const cache = mkdtempSync(join(tmpdir(), 'tsmpi-test-'));
test.after.always(() => rmSync(cache, { recursive: true, force: true }));

const FUNCTIONS = {
  fib: 'uint64_t fib(int n)',
  least: 'int64_t least(void)',
  greatest: 'uint64_t greatest(void)',
  add: 'int64_t add(int64_t a, int64_t b)',
  not: 'bool not(bool x)',
  low: 'uint8_t low(uint16_t x)',
  half: 'float half(float x)',
  sum: 'double sum(const double *a, int n)',
  scale: 'void scale(float *a, size_t n, float by)',
  language: 'const char *language(const char *greeting)',
  fill: 'int fill_late(int32_t *a, int n, int value, int ms)',
  meet: 'int meet(int ms)',
  deep: 'int deep(int n)',
} as const;

const open = (t: ExecutionContext): Promise<NativeFunctions<typeof FUNCTIONS>> =>
  place(t, cache).open(SOURCE, FUNCTIONS);

withCompiler('values go to C and come back as they are', async (t) => {
  const it = await open(t);
  t.is(await it.fib(20), 6765n);
  t.is(await it.least(), -(2n ** 63n));
  t.is(await it.greatest(), 2n ** 64n - 1n);
  t.is(await it.add(2 ** 40, 2n ** 41n), 3n * 2n ** 40n);
  t.is(await it.add(-1, 0), -1n);
  t.is(await it.not(false), true);
  t.is(await it.low(0x1ff), 255);
  t.is(await it.half(-3), -1.5);
  t.is(it.fib.name, 'fib');
});

withCompiler('a function can be called at once, on this thread', async (t) => {
  const { fib, half } = await open(t);
  t.is(fib.sync(10), 55n);
  t.is(half.sync(1), 0.5);
  t.throws(() => fib.sync('10' as unknown as number), { code: 'ERR_ARG' });
});

withCompiler('C reads and writes an array where it lies', async (t) => {
  const { sum, scale } = await open(t);
  t.is(await sum(new Float64Array([1, 2, 3.5]), 3), 6.5);
  t.is(await sum(null, 0), 0);
  const all = new Float32Array([1, 2, 3, 4]);
  t.is(await scale(all.subarray(1, 3), 2, 10), undefined);
  t.deepEqual([...all], [1, 20, 30, 4]);
  const shared = new Float64Array(new SharedArrayBuffer(16));
  shared.set([1, 2]);
  t.is(sum.sync(shared, 2), 3);
});

withCompiler('text goes there and back', async (t) => {
  const { language } = await open(t);
  t.is(await language('grüezi'), 'Zürich');
  t.is(await language('hello'), 'elsewhere');
  t.is(await language(null), null);
});

withCompiler('an array stays where it is until C is done, whatever is collected', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options?: object) => void;
  const { fill } = await open(t);
  // So small an array lies among V8's own objects at first.
  const small = new Int32Array(4);
  const long = new WeakRef(new Int32Array(100_000));
  const calls = [fill(small, 4, 7, 30), fill(long.deref() ?? null, 100_000, 1, 30)];
  let junk: unknown[] = [];
  for (let round = 0; round < 5; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    junk = Array.from({ length: 1000 }, () => new Int32Array(8));
    collect();
  }
  t.not(long.deref(), undefined, 'it is kept while C has it');
  t.deepEqual(await Promise.all(calls), [4, 100_000]);
  t.deepEqual([...small], [7, 8, 9, 10]);
  t.is(junk.length, 1000);
});

withCompiler('a wrong argument rejects, and C never sees it', async (t) => {
  const { sum } = await open(t);
  const wrong = new Float32Array(2) as unknown as Float64Array;
  const error = await t.throwsAsync(sum(wrong, 2), { code: 'ERR_ARG' });
  t.is(
    error.message,
    "sum: parameter 'a' (const double *) takes a Float64Array or null, not a Float32Array",
  );
});

withCompiler('calls beyond the number of threads wait for their turn', async (t) => {
  const { meet } = await open(t);
  const most = await Promise.all(Array.from({ length: 300 }, (_, i) => meet(i < 6 ? 20 : 0)));
  t.is(most.length, 300);
  t.is(Math.max(...most), callsAtOnce(process.env.UV_THREADPOOL_SIZE));
});

withCompiler('C has a stack as deep as a program of its own', async (t) => {
  const { deep } = await open(t);
  t.is(await deep(5), 5);
  t.is(deep.sync(6), 6);
});

withCompiler('flags are passed on, and change what is compiled', async (t) => {
  const it = place(t);
  it.write('f.c', '#ifndef N\n#define N 1\n#endif\nint n(void) { return N; }\n');
  const n = async (flags: readonly string[]): Promise<number> =>
    (await it.open('./f.c', { n: 'int n(void)' }, flags)).n.sync();
  t.is(await n([]), 1);
  t.is(await n(['-DN=2']), 2);
  t.is(await n(['-DN=3', '-O3', '-lm']), 3);
  t.is(await n([]), 1);
});
