/**
 * The ranks of the benchmark of the store: each adds to one number, one call at a time and 64 at once. Rank 0
 * prints how many calls of all ranks together were answered in a second.
 */
import { finalize, store, world } from 'tsmpi';
import { STORE_TESTS } from './names.ts';
import type { Exercise } from './pace.ts';
import { readAsked, report } from './rank-program.ts';

const { seconds } = readAsked(STORE_TESTS);
const { size: ranks } = world;
const AT_ONCE = 64;

/** Add so many times at once. All begin together, and it takes until the last is done. */
function increments(atOnce: number): Exercise {
  let called = 0;
  let last = 0;
  return {
    ranks,
    prepare: () => {},
    run: async (count) => {
      for (let left = count; left > 0; left -= 1) {
        const sums = await Promise.all(Array.from({ length: atOnce }, () => store.increment('n')));
        last = sums.at(-1) ?? 0;
      }
      called += count * atOnce;
      await world.barrier();
    },
    check: () => {
      if (last < called) throw new Error(`${called} were added, and the sum is ${last}`);
    },
  };
}

for (const [what, atOnce] of [
  ['one at a time', 1],
  [`${AT_ONCE} at once`, AT_ONCE],
] as const) {
  const rate = (taken: number): number => (ranks * atOnce) / taken;
  await report({ test: 'store', what, ranks }, increments(atOnce), seconds, [
    'callsPerSecond',
    rate,
  ]);
}
await finalize();
