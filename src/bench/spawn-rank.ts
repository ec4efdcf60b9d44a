/**
 * Spawns the ring of the launch benchmark, twice: `tsrun -n 1 spawn-rank.js 4`.
 *
 * The first time the launcher has yet to load what gets more processes ready.
 */
import { self } from 'tsmpi';

const n = Number(process.argv[2]);
for (const what of ['first spawn', 'spawn']) {
  const begin = performance.now();
  const children = await self.spawn(new URL('./launch-rank.js', import.meta.url), { n });
  // They send nothing: a receive ends when they have finished.
  await Promise.allSettled(Array.from({ length: n }, (_, child) => children.receive(child)));
  const milliseconds = performance.now() - begin;
  console.log(JSON.stringify({ test: 'spawn', what, ranks: n, milliseconds }));
}
