/** The benchmark of pools, with two workers: ranks 1 and 2 under tsrun -n 3, spawned ones under plain node. */
import { isMain, Pool } from 'tsmpi';
import { POOL_TESTS } from './names.ts';
import { measurePool } from './pool/measure.ts';
import { fib, nothing, who } from './pool/tasks.ts';
import { readAsked } from './rank-program.ts';

export { fib, nothing, who };

if (isMain(import.meta)) {
  const { seconds } = readAsked(POOL_TESTS);
  const functions = { fib, nothing, who };
  await measurePool(() => {
    const pool = new Pool(import.meta.url, { size: 2 });
    return {
      map: (name, items) =>
        pool.map(functions[name as keyof typeof functions] as (n: number) => unknown, items),
      close: () => pool.close(),
    };
  }, seconds);
}
