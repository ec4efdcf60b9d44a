/** Ranks that want each other's locks, by what the first argument says. */
import { setTimeout as sleep } from 'node:timers/promises';
import { store, world } from 'tsmpi';

const { rank, size } = world;
const what = process.argv[2];

if (what === 'circle' || what === 'watched') {
  let over = false;
  if (what === 'watched')
    process.on('beforeExit', () => console.log(over ? 'at its end' : 'amid all'));
  await using _own = await store.lock(`lock ${rank}`);
  await world.barrier();
  try {
    const limits = what === 'watched' && rank === 0 ? { timeout: 1000 } : {};
    await using _next = await store.lock(`lock ${(rank + 1) % size}`, limits);
    console.log(`rank ${rank} has both`);
  } catch (error) {
    console.log((error as Error).message, (error as { code: string }).code);
  }
  over = true;
} else if (what === 'self') {
  if (rank === 0) {
    await using _once = await store.lock('a');
    await using _again = await store.lock('a');
  }
  await world.barrier();
} else if (what === 'other') {
  // Rank 0 lets go after all: by a function that waits for nothing of the kind.
  const own = await store.lock(`lock ${rank}`);
  await world.barrier();
  const next = store.lock(`lock ${(rank + 1) % size}`);
  if (rank === 0) {
    await sleep(1000);
    await own.release();
  }
  await using _next = await next;
  if (rank !== 0) await own.release();
  console.log(`rank ${rank} is through`);
} else if (what === 'timeout') {
  await using _own = await store.lock(`lock ${rank}`);
  await world.barrier();
  const limits = rank === 0 ? { timeout: 1000 } : {};
  const next = store.lock(`lock ${(rank + 1) % size}`, limits);
  console.log(
    await next.then(
      () => 'got it',
      (error: { code: string }) => error.code,
    ),
  );
}
