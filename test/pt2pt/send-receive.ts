import test from 'ava';
import { PROC_NULL } from '../../src/base/constants.ts';
import { runRanks } from '../../src/testing.ts';
import { pair, TestWorld } from '../helpers/world.ts';

for (const size of [1, 2, 3, 4, 7]) {
  test(`a ring of ${size} turns though every send waits for its receive`, async (t) => {
    const results = await runRanks(
      size,
      (world) => {
        const [next, previous] = [(world.rank + 1) % size, (world.rank + size - 1) % size];
        return world.sendReceive<number>(world.rank, next, previous);
      },
      { eagerBytes: 0, seed: size },
    );
    t.deepEqual(
      results,
      Array.from({ length: size }, (_, rank) => (rank + size - 1) % size),
    );
  });
}

test('the status is that of the receive, and the tags of both sides can differ', async (t) => {
  const [a, b] = pair();
  const left = a.sendReceive('from a', 1, 1, { sendTag: 1, receiveTag: 2 });
  const right = b.sendReceive('from b', 0, 0, { sendTag: 2, receiveTag: 1 });
  t.deepEqual(await Promise.all([left, right]), ['from b', 'from a']);
  t.like(left.status, { source: 1, tag: 2 });
  t.like(right.status, { source: 0, tag: 1 });
});

test('one tag serves both sides, and without any the receive takes every tag', async (t) => {
  const [a, b] = pair();
  const [exchange, receive] = [a.sendReceive('x', 1, 1, { tag: 6 }), b.receive(0, { tag: 6 })];
  await b.send('wrong', 0, { tag: 5 });
  await b.send('right', 0, { tag: 6 });
  t.is(await exchange, 'right');
  t.is(await receive, 'x');
  const open = a.sendReceive('y', 1);
  t.is(await open, 'wrong');
  t.is(await b.receive(0, { tag: 0 }), 'y');
});

test('either side may be nobody', async (t) => {
  const [a, b] = pair();
  const into = new Uint8Array(1);
  const shift = a.sendReceive('x', 1, PROC_NULL, { into });
  t.is(await shift, into);
  t.is(shift.status?.source, PROC_NULL);
  t.is(await b.sendReceive('nobody reads this', PROC_NULL, 0), 'x');
});

test('it is complete only when both are', async (t) => {
  const [a, b, { settle }] = pair({ eagerBytes: 0 });
  const exchange = a.sendReceive('out', 1, 1);
  const back = b.send('in', 0);
  await back;
  await settle();
  t.false(exchange.test());
  t.is(await b.receive(), 'out');
  t.is(await exchange, 'in');
});

test('cancelling it undoes both sides', async (t) => {
  const [a, b, { settle }] = pair({ eagerBytes: 0 });
  const exchange = a.sendReceive('out', 1, 1);
  const undone = exchange.cancel();
  await t.throwsAsync(exchange, { code: 'ERR_CANCELLED' });
  t.true(await undone);
  await settle();
  t.is(b.iprobe(), undefined);
});

test('cancelling it after its send has left undoes the receive', async (t) => {
  const [a, b] = pair();
  const exchange = a.sendReceive('out', 1, 1);
  t.true(await exchange.cancel());
  await t.throwsAsync(exchange, { code: 'ERR_CANCELLED' });
  t.true(exchange.status?.cancelled);
  t.is(await b.receive(), 'out');
});

test('when one side fails so does the whole, and the other side is undone', async (t) => {
  const world = new TestWorld(3);
  const [zero] = world.ranks;
  const exchange = zero?.sendReceive('out', 1, 2);
  world.lose(2);
  await t.throwsAsync(exchange as Promise<unknown>, { code: 'ERR_PROC_FAILED' });
  const refused = zero?.sendReceive(() => {}, 1, 1);
  await t.throwsAsync(refused as Promise<unknown>, { code: 'ERR_TYPE' });
  t.deepEqual(world.engines[0]?.operations(), []);
});

test('one that cannot send leaves the message that it would have received', async (t) => {
  const [a, b, { settle }] = pair();
  await b.send('for the next receive', 0);
  await settle();
  await t.throwsAsync(
    a.sendReceive(() => {}, 1, 1),
    { code: 'ERR_TYPE' },
  );
  t.is(await a.receive(1), 'for the next receive');
});
