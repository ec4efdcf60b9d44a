import test from 'ava';
import { runRanks } from '../../src/testing.ts';

const numbers = (length: number, first: number): number[] =>
  Array.from({ length }, (_, n) => first + n);

test('what a rank gives may lie in the array that is filled, in a place that is another’s', async (t) => {
  for (const each of [2, 5_000]) {
    await runRanks(4, async (world) => {
      const { rank, size } = world;
      for (const gather of [false, true]) {
        const into = new Float64Array(each * size);
        // Where the block of the rank above belongs.
        const start = each * ((rank + 1) % size);
        const own = into.subarray(start, start + each);
        own.set(numbers(each, 1000 * rank));
        const expected = numbers(size, 0).flatMap((from) => numbers(each, 1000 * from));
        if (!gather) t.deepEqual([...(await world.allgather(own, { into }))], expected);
        else if (rank === 3) {
          t.deepEqual([...((await world.gather(own, { into, root: 3 })) ?? [])], expected);
        } else await world.gather(own, { root: 3 });
      }
    });
  }
});

test('the root of a scatter may have its block moved within the array', async (t) => {
  await runRanks(3, async (world) => {
    const { rank } = world;
    const array = Uint8Array.from(numbers(12, 0));
    const into = rank === 1 ? array.subarray(5, 9) : new Uint8Array(4);
    const part = await world.scatter(rank === 1 ? array : undefined, { root: 1, into });
    t.deepEqual([...part], numbers(4, 4 * rank));
  });
});

test('an alltoall may replace what it sends', async (t) => {
  for (const each of [1, 5_000]) {
    for (const algorithm of [undefined, 'pairwise', 'bruck']) {
      await runRanks(4, async (world) => {
        const { rank, size } = world;
        const block = (from: number, to: number): number[] => numbers(each, 100 * from + 10 * to);
        const everyone = numbers(size, 0);
        const array = Float64Array.from(everyone.flatMap((to) => block(rank, to)));
        t.is(await world.alltoall(array, { into: array, algorithm }), array);
        t.deepEqual(
          [...array],
          everyone.flatMap((from) => block(from, rank)),
        );
      });
    }
  }
});

test('what is received is nobody else’s memory', async (t) => {
  await runRanks(3, async (world) => {
    const array = new Float64Array(3);
    const results = [
      await world.scatter(array),
      ...(await world.allgather(array)).filter((_, from) => from !== world.rank),
      await world.alltoall(array),
    ];
    for (const result of results) {
      t.not(result.buffer, array.buffer);
      t.is(result.byteLength, result.buffer.byteLength);
    }
    t.is(new Set(results.map(({ buffer }) => buffer)).size, results.length);
  });
});
