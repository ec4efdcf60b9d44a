import test from 'ava';
import { UNDEFINED } from '../../src/base/constants.ts';
import { runRanks } from '../../src/testing.ts';

test('ranks of one color come together, by key and then by old rank', async (t) => {
  const parts = await runRanks(7, async (world) => {
    const part = await world.split(world.rank % 2, world.rank === 6 ? -1 : world.rank % 3);
    return [part?.rank, part?.size, part?.group.worldRanks];
  });
  t.deepEqual(parts, [
    [1, 4, [6, 0, 4, 2]],
    [1, 3, [3, 1, 5]],
    [3, 4, [6, 0, 4, 2]],
    [0, 3, [3, 1, 5]],
    [2, 4, [6, 0, 4, 2]],
    [2, 3, [3, 1, 5]],
    [0, 4, [6, 0, 4, 2]],
  ]);
});

test('a rank of the color UNDEFINED is in none, and the others do without it', async (t) => {
  const sizes = await runRanks(5, async (world) => {
    const part = await world.split(world.rank < 2 ? UNDEFINED : 7);
    await part?.barrier();
    return part?.size;
  });
  t.deepEqual(sizes, [undefined, undefined, 3, 3, 3]);
});

test('ranks are split by host, in the order of their keys', async (t) => {
  const hosts = [0, 1, 0, 1, 3];
  const parts = await runRanks(
    5,
    async (world) => {
      const part = await world.splitType('shared', -world.rank);
      return part.group.worldRanks;
    },
    { hosts },
  );
  t.deepEqual(parts, [[2, 0], [3, 1], [2, 0], [3, 1], [4]]);
});

test('what is no color, key or type is refused', async (t) => {
  await runRanks(1, async (world) => {
    const colors = 'is not an integer from 0 to 2147483647, or UNDEFINED';
    for (const [args, text] of [
      [[-1], `split: color -1 ${colors}`],
      [[2 ** 31], `split: color 2147483648 ${colors}`],
      [['red'], `split: color "red" ${colors}`],
      [[0, 0.5], 'split: key 0.5 is not an integer from -2147483648 to 2147483647'],
      [[0, 0, 7], 'split: the options must be an object such as { tag: 7 }, not 7'],
      [[0, 0, { name: 7 }], 'split: the name must be a string, not 7'],
      [
        [0, 0, { timeout: -1 }],
        'split: timeout -1 is not a number of milliseconds from 0 to 2147483647',
      ],
    ] as [[number], string][]) {
      await t.throwsAsync(world.split(...args), { code: 'ERR_ARG', message: `rank 0: ${text}` });
    }
    await t.throwsAsync(world.splitType('numa' as 'shared'), {
      code: 'ERR_ARG',
      message: `rank 0: splitType: there is no type "numa"; there is 'shared'`,
    });
  });
});
