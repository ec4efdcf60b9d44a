import test from 'ava';
import { UNDEFINED } from '../../src/base/constants.ts';
import { Group } from '../../src/group/group.ts';
import { runRanks } from '../../src/testing.ts';

test('a group of ranks gets a communicator with the help of all', async (t) => {
  const ranks = await runRanks(5, async (world) => {
    const part = await world.create(world.group.include([4, 1, 2]));
    await part?.barrier();
    return part?.rank;
  });
  t.deepEqual(ranks, [undefined, 1, 2, undefined, 0]);
});

test('disjoint groups, and an empty one, are served by one call', async (t) => {
  await runRanks(5, async (world) => {
    const { rank, group } = world;
    const groups = [group.include([2, 0]), group.include([3, 1]), Group.empty];
    const mine = groups[rank === 4 ? 2 : rank % 2] as Group;
    const part = await world.create(mine);
    t.is(part === undefined, rank === 4);
    if (part === undefined) return;
    const other = 1 - part.rank;
    t.is(await part.sendReceive(rank, other), mine.worldRanks[other]);
  });
});

test('a group makes its communicator alone, while others do something else', async (t) => {
  await runRanks(4, async (world) => {
    if (world.rank === 3) {
      await world.receive(0);
      return;
    }
    const part = await world.createGroup(world.group.include([2, 1, 0]), { name: 'three' });
    await part.barrier();
    t.deepEqual([part.rank, part.size, part.name], [2 - world.rank, 3, 'three']);
    if (world.rank === 0) await world.send('done', 3);
  });
});

test('overlapping groups are kept apart by tags, and the same group by order', async (t) => {
  for (let seed = 0; seed < 30; seed += 1) {
    await runRanks(
      4,
      async (world) => {
        const { rank, group } = world;
        const pairs = [
          [0, 1],
          [1, 2],
          [2, 3],
          [3, 0],
        ];
        const mine = [...pairs.keys()].filter((pair) => pairs[pair]?.includes(rank));
        if (seed % 2 === 1) mine.reverse();
        const made = mine.map(async (pair) => {
          const ranks = pairs[pair] as number[];
          const first = await world.createGroup(group.include(ranks), { tag: pair });
          const second = await world.createGroup(group.include(ranks), { tag: pair });
          const other = ranks.find((one) => one !== rank);
          t.is(await second.sendReceive(`second ${rank}`, 1 - second.rank), `second ${other}`);
          t.is(await first.sendReceive(`first ${rank}`, 1 - first.rank), `first ${other}`);
        });
        await Promise.all(made);
        await world.barrier();
      },
      { seed },
    );
  }
});

test('the same group may ask for several communicators with one tag at once', async (t) => {
  for (let seed = 0; seed < 20; seed += 1) {
    await runRanks(
      3,
      async (world) => {
        const made = [0, 1, 2].map(() => world.createGroup(world.group));
        const parts = await Promise.all(made);
        for (const [at, part] of parts.entries()) void part.send(at, (world.rank + 1) % 3);
        for (const [at, part] of parts.toReversed().entries()) t.is(await part.receive(), 2 - at);
      },
      { seed },
    );
  }
});

test('what is no group of this communicator is refused', async (t) => {
  await runRanks(3, async (world) => {
    const { rank } = world;
    const part = await world.split(rank === 2 ? UNDEFINED : 0, 0, { name: 'two' });
    if (part === undefined) return;
    const who = `rank ${rank} of two (rank ${rank} of the world)`;
    const code = 'ERR_GROUP';
    for (const call of ['create', 'createGroup'] as const) {
      await t.throwsAsync(part[call]([0, 1] as unknown as Group), {
        code,
        message: `${who}: ${call}: the group must be a Group, not an array; group.include() makes one`,
      });
      await t.throwsAsync(part[call](world.group), {
        code,
        message: `${who}: ${call}: rank 2 of the world is in the group, but not in this communicator`,
      });
    }
    await t.throwsAsync(part.createGroup(part.group.exclude([rank])), {
      code,
      message: `${who}: createGroup: this rank is not in the group; only those that are must call it`,
    });
    await t.throwsAsync(part.createGroup(part.group, { tag: -1 }), {
      code: 'ERR_TAG',
      message: `${who}: createGroup: tag -1 is not an integer from 0 to 2147483647; ANY_TAG is for receives only`,
    });
  });
});
