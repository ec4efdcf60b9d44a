import test from 'ava';
import { Communicator } from '../../src/comm/communicator.ts';
import { Name } from '../../src/comm/name.ts';
import type { Parts } from '../../src/comm/parts.ts';
import { Group } from '../../src/group/group.ts';
import { TestWorld } from '../helpers/world.ts';

test('a communicator knows its rank, size and name', (t) => {
  const world = new TestWorld(3);
  t.deepEqual(
    world.ranks.map(({ rank, size, name }) => ({ rank, size, name })),
    [0, 1, 2].map((rank) => ({ rank, size: 3, name: 'world' })),
  );
});

/** Open a communicator on one rank, without agreeing on it. */
function open(world: TestWorld, name: string, worldRank: number, ranks: number[]): Communicator {
  const group = new Group(ranks, worldRank);
  const parts = world.universes[worldRank]?.open({ context: 50, group, name: new Name(name) });
  return new Communicator(parts as Parts);
}

test('messages of one communicator never meet receives of another', async (t) => {
  const world = new TestWorld(2);
  const others = [0, 1].map((rank) => open(world, 'other', rank, [0, 1]));
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
  const [first, second] = [2, 0].map((worldRank) => open(world, 'pair', worldRank, [2, 0]));
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
