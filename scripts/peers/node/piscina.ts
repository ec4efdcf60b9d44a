/** The pool of piscina: two threads, which run the same functions as the workers of tsmpi. */

import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { measurePool } from '../../../src/bench/pool/measure.ts';
import { readOptions } from './options.ts';

const TASKS = fileURLToPath(new URL('../../../src/bench/pool/tasks.js', import.meta.url));

await measurePool(() => {
  const pool = new Piscina({ filename: TASKS, minThreads: 2, maxThreads: 2 });
  return {
    map: (name, items) => Promise.all(items.map((item) => pool.run(item, { name }))),
    close: () => pool.destroy(),
  };
}, readOptions().seconds);
