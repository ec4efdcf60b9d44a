// Ranks with threads: each rank hands its share of a list to a function in C, fib.c, which spreads it
// over threads by OpenMP. Meanwhile the rank's own thread is free, and takes part in a sum.
// predict: does a rank say how many numbers there are before it has computed its own, or after?
// run: tsrun -n 4 examples/native-threads.ts
// compiles: fib.c, with a C compiler that knows OpenMP
// ranks: 1-8
// change: call `fibs.sync(` instead of `fibs(`, with a `MOST` of 44.
// explain: before, until it is called by `sync`: then C runs on the rank's own thread, which can do
//   nothing else, and the sum waits for the slowest rank.
// prints:
//   rank 0 computes 8 of 32 numbers
//   rank 1 computes 8 of 32 numbers
//   rank 2 computes 8 of 32 numbers
//   rank 3 computes 8 of 32 numbers
//   fib(32) is 2178309, and all are right: 8 threads in 4 ranks
import { finalize, sum, world } from 'tsmpi';
import { native } from 'tsmpi/native';

const MOST = 32;
const THREADS = 2;

const { rank, size } = world;
const { fibs } = await native(
  './fib.c',
  { fibs: 'int fibs(const int32_t *numbers, uint64_t *results, int count, int threads)' },
  { flags: ['-O3', '-fopenmp'] },
);

// Every size-th number from 32 down, so that each rank has long and short ones.
const numbers = Int32Array.from(
  { length: Math.ceil((MOST - rank) / size) },
  (_, index) => MOST - rank - index * size,
);
const results = new BigUint64Array(numbers.length);

// C reads and writes the arrays where they lie: until this is done they are not ours.
const computing = fibs(numbers, results, numbers.length, THREADS);
const inAll = await world.allreduce(numbers.length, sum);
console.log(`rank ${rank} computes ${numbers.length} of ${inAll} numbers`);

const threads = await world.reduce(await computing, sum);
const all = await world.gather([...results]);

if (all !== undefined) {
  for (let n = 1; n <= MOST; n += 1) {
    const there = MOST - n;
    const found = all[there % size]?.[Math.floor(there / size)];
    if (found !== fibonacci(n)) throw new Error(`fib(${n}) is not ${found}`);
  }
  const longest = `fib(${MOST}) is ${all[0]?.[0]}`;
  console.log(`${longest}, and all are right: ${threads} threads in ${size} ranks`);
}
await finalize();

/** The same by addition. */
function fibonacci(n: number): bigint {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i += 1) [a, b] = [b, a + b];
  return a;
}
