import test from 'ava';
import { TestWorld } from '../helpers/world.ts';

test('a communicator knows its rank, size and name', (t) => {
  const world = new TestWorld(3);
  t.deepEqual(
    world.ranks.map(({ rank, size, name }) => ({ rank, size, name })),
    [0, 1, 2].map((rank) => ({ rank, size: 3, name: 'world' })),
  );
});

test('messages of one communicator never meet receives of another', async (t) => {
  const world = new TestWorld(2);
  const others = world.universes.map((universe, rank) =>
    universe.communicator('other', 50, rank, [0, 1]),
  );
  const receive = world.rank(1).receive();
  await others[0]?.send('other', 1);
  await world.settle();
  t.false(receive.test());
  t.is(world.rank(1).iprobe(), undefined);
  await world.rank(0).send('world', 1);
  t.is(await receive, 'world');
  t.is(await others[1]?.receive(), 'other');
});

test('ranks and sources are those of the communicator, not of the world', async (t) => {
  const world = new TestWorld(3);
  // World ranks 2 and 0, in this order.
  const [first, second] = [2, 0].map((worldRank, rank) =>
    world.universes[worldRank]?.communicator('pair', 50, rank, [2, 0]),
  );
  const receive = second?.receive();
  await first?.send('x', 1);
  t.is(await receive, 'x');
  t.is(receive?.status?.source, 0);
  const waiting = second?.receive(0);
  world.lose(2);
  const error = await t.throwsAsync(waiting as Promise<unknown>, {
    message: 'rank 1 of pair (rank 0 of the world): receive from 0, any tag: rank 2 was killed',
  });
  t.like(error, { peer: 2 });
});
