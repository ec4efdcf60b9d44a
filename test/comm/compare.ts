import test from 'ava';
import type { Communicator } from '../../src/comm/communicator.ts';
import { runRanks } from '../../src/testing.ts';

test('communicators are compared by their ranks, and by being the same', async (t) => {
  await runRanks(3, async (world) => {
    const copy = await world.duplicate();
    const reversed = (await world.split(0, -world.rank)) as Communicator;
    const half = (await world.split(world.rank % 2)) as Communicator;
    t.is(world.compare(world), 'identical');
    t.is(world.compare(copy), 'congruent');
    t.is(copy.compare(world), 'congruent');
    t.is(world.compare(reversed), 'similar');
    t.is(reversed.compare(copy), 'similar');
    t.is(world.compare(half), 'unequal');
    t.is(half.compare(world), 'unequal');
    t.is(half.compare(await half.duplicate()), 'congruent');
    t.throws(() => world.compare({} as Communicator), {
      code: 'ERR_COMM',
      message: `rank ${world.rank}: compare: an object is no communicator`,
    });
  });
});
