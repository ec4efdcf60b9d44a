import test from 'ava';
import type { MpiError } from '../src/base/error.ts';
import { store } from '../src/index.ts';
import { runRanks } from '../src/testing.ts';

const SEEDS = 50;

test('the ranks of a run share a store, and each counts as itself', async (t) => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const counts = await runRanks(
      4,
      async (world) => {
        const mine = await store.increment('n');
        if (mine === world.size) await store.put('all', [world.rank]);
        const last = await store.wait<number[]>('all', { timeout: 5000 });
        await using lock = await store.lock('l');
        const held = (await store.get<number>('held')) ?? 0;
        await store.put('held', held + 1);
        t.false(lock.abandoned);
        return [mine, last[0], held];
      },
      { seed },
    );
    for (const column of [0, 2]) {
      const sorted = counts.map((count) => count[column] as number).sort();
      t.deepEqual(sorted, column === 0 ? [1, 2, 3, 4] : [0, 1, 2, 3]);
    }
    t.is(new Set(counts.map(([, last]) => last)).size, 1);
  }
});

test('runs at the same time know nothing of each other, nor of the process', async (t) => {
  await store.put('n', 100);
  const runs = Array.from({ length: 8 }, (_, seed) =>
    runRanks(3, async () => [await store.increment('n'), await store.keys()], { seed }),
  );
  for (const results of await Promise.all(runs)) {
    t.deepEqual(results.map(([n]) => n).sort(), [1, 2, 3]);
    for (const [, keys] of results) t.deepEqual(keys, ['n']);
  }
  t.is(await store.get('n'), 100);
});

test('the lock of a rank that has finished goes to the next', async (t) => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const held = await runRanks(
      3,
      async (world) => {
        if (world.rank > 0) await store.wait(`turn ${world.rank}`);
        const lock = store.lock('l');
        await store.put(`turn ${world.rank + 1}`, true);
        return (await lock).abandoned;
      },
      { seed },
    );
    t.deepEqual(held, [false, true, true]);
  }
});

test('what is spawned shares the store of its run', async (t) => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    await runRanks(
      2,
      async (world) => {
        await world.spawn('child.ts', { n: 2 });
        t.is(await store.wait('from 1'), `child 1`);
        await world.barrier();
      },
      {
        seed,
        programs: {
          'child.ts': async (world) => {
            await store.put(`from ${world.rank}`, `child ${world.rank}`);
          },
        },
      },
    );
  }
});

test('errors name the rank, and a run that stands still says what each waits for', async (t) => {
  const run = runRanks(
    2,
    async (world) => {
      await t.throwsAsync(store.put('', 1), {
        message: new RegExp(`^rank ${world.rank}: store\\.put`),
      });
      await store.wait(`never ${world.rank}`);
    },
    { stallMs: 50 },
  );
  const error = await t.throwsAsync<MpiError>(run, { code: 'ERR_TIMEOUT' } as object);
  t.regex(
    error?.message ?? '',
    /rank 0 waits in store\.wait "never 0"\n {2}rank 1 waits in store\.wait "never 1"/,
  );
});
