import test from 'ava';
import type { MpiError } from '../../src/base/error.ts';
import { runRanks } from '../../src/testing.ts';

const SEEDS = 150;

const square = (n: number): number => n * n;

for (const size of [1, 2, 3, 7]) {
  test(`map on ${size} ranks: the results are in order, on rank 0 or on all`, async (t) => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const items = Array.from({ length: seed % 23 }, (_, at) => at);
      const expected = items.map(square);
      const chunkSize = 1 + (seed % 4);
      const all = seed % 2 === 0;
      const results = await runRanks(
        size,
        async (world) => {
          const mine = world.rank === 0 ? new Set(items) : undefined;
          const first = world.map(square, mine, { chunkSize, all });
          const second = world.map(async (n: number) => n + 1, mine);
          return [await first, await second];
        },
        { seed, eagerBytes: seed % 3 === 0 ? 0 : 1000 },
      );
      for (const [rank, [first, second]] of results.entries()) {
        t.deepEqual(first, all || rank === 0 ? expected : undefined);
        t.deepEqual(second, rank === 0 ? items.map((n) => n + 1) : undefined);
      }
    }
  });
}

test('an item that fails is an error on all ranks, with what was thrown, and the next call is in step', async (t) => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    await runRanks(
      3,
      async (world) => {
        const fails = function fails(n: number): number {
          if (n === 5) throw new RangeError('no five');
          return n;
        };
        const error = await t.throwsAsync<MpiError>(async () => {
          await world.map(fails, [1, 2, 3, 4, 5, 6, 7, 8]);
        });
        t.is(error?.code, 'ERR_TASK');
        t.is(error?.item, 4);
        t.regex(
          error?.message ?? '',
          /^rank \d: map: fails failed on item 4 \(5\) in rank \d: RangeError: no five$/,
        );
        t.true(error?.cause instanceof RangeError);
        t.deepEqual(await world.map(square, [3], { all: true }), [9]);
      },
      { seed },
    );
  }
});

test('items and results that cannot be sent are named', async (t) => {
  await runRanks(2, async (world) => {
    const items = [1, () => 2, () => 3, () => 4] as never[];
    const error = await t.throwsAsync<MpiError>(async () => {
      await world.map((n: number) => n, items);
    });
    t.is(error?.code, 'ERR_TYPE');
    t.regex(error?.message ?? '', /items from \d on cannot be sent/);
    const all = await t.throwsAsync<MpiError>(async () => {
      await world.map(() => () => 1, [1], { all: true });
    });
    t.is(all?.code, 'ERR_TASK');
    t.regex(all?.message ?? '', /item 0 \(1\) in rank [01]: MpiError: the result cannot be sent/);
  });
});

test('wrong arguments are refused before anything is sent', async (t) => {
  await runRanks(1, async (world) => {
    const code = async (run: () => Promise<unknown>): Promise<string | undefined> =>
      (await t.throwsAsync<MpiError>(run))?.code;
    t.is(await code(async () => world.map(3 as never, [1])), 'ERR_ARG');
    t.is(await code(async () => world.map(square, 3 as never)), 'ERR_ARG');
    t.is(await code(async () => world.map(square, [1], { chunkSize: 0 })), 'ERR_ARG');
    t.is(await code(async () => world.map(square, [1], { timeout: -1 })), 'ERR_ARG');
  });
});

test('a map that gives up hands out no more', async (t) => {
  let called = 0;
  const slow = async (): Promise<void> => {
    called += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await runRanks(2, async (world) => {
    const items = new Array(1000).fill(0);
    const limit = new AbortController();
    setTimeout(() => limit.abort(new Error('enough')), 50);
    await t.throwsAsync(async () => {
      await world.map(slow, items, { signal: limit.signal });
    });
    await world.barrier();
  });
  t.true(called < 200);
});
