// One function for a list of items, on all processors: a pool calls it in worker processes.
//
// predict: 38 takes longer than all the others together. In which order do the results come?
// run: tsrun -n 3 examples/pool-fib.ts
// ranks: 1-8
// change: put 33 first. Do the results come in another order? And what does the whole thing take?
// explain: the results are in the order of the items, whoever was done first. Each worker gets its next item when it is done with the one before.
// prints, with any number of ranks:
// fib(32), fib(31), … 2178309 1346269 832040 514229 317811 196418
import { isMain, Pool } from 'tsmpi';

export function fib(n: number): number {
  return n <= 2 ? 1 : fib(n - 1) + fib(n - 2);
}

if (isMain(import.meta)) {
  await using pool = new Pool(import.meta.url);
  const numbers = await pool.map(fib, [32, 31, 30, 29, 28, 27]);
  console.log('fib(32), fib(31), …', ...numbers);
}
