import test from 'ava';
import { runRanks } from '../../src/testing.ts';

test('a duplicate has the same ranks, and messages of its own', async (t) => {
  await runRanks(4, async (world) => {
    const { rank, size } = world;
    const copy = await world.duplicate();
    t.deepEqual([copy.rank, copy.size, copy.name], [rank, size, 'duplicate of world']);
    const other = (rank + 1) % size;
    // A library that receives whatever comes sees nothing of what the user sends.
    const library = copy.receive();
    await world.send('user', other);
    await copy.send('library', other);
    t.is(await library, 'library');
    t.is(await world.receive(), 'user');
  });
});

test('a rank that has its duplicate first may send at once', async (t) => {
  for (let seed = 0; seed < 50; seed += 1) {
    await runRanks(
      5,
      async (world) => {
        const copy = await world.duplicate();
        for (let dest = 0; dest < 5; dest += 1) void copy.send(world.rank, dest);
        const barrier = copy.barrier();
        const got: number[] = [];
        for (let at = 0; at < 5; at += 1) got.push(await copy.receive<number>());
        await barrier;
        t.deepEqual(got.toSorted(), [0, 1, 2, 3, 4]);
      },
      { seed, eagerBytes: seed % 2 === 0 ? 0 : 1000 },
    );
  }
});

test('several duplicates that are made at once are all different', async (t) => {
  await runRanks(3, async (world) => {
    const copies = await Promise.all([world, world, world].map((one) => one.duplicate()));
    const all = [world, ...copies, await copies[1]?.split(0)];
    for (const [at, one] of all.entries()) {
      for (let dest = 0; dest < 3; dest += 1) void one?.send(at, dest);
    }
    for (const [at, one] of [...all.entries()].toReversed()) {
      for (let source = 0; source < 3; source += 1) t.is(await one?.receive(source), at);
    }
  });
});
