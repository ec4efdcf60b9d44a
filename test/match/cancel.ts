import test from 'ava';
import { pair, turn } from '../helpers/world.ts';

const CANCELLED = { source: -1, tag: -1, count: 0, bytes: 0, cancelled: true };

test('a cancelled receive takes no message', async (t) => {
  const [a, b] = pair();
  const first = b.receive(0);
  const second = b.receive(0);
  t.true(await first.cancel());
  await t.throwsAsync(first, {
    code: 'ERR_CANCELLED',
    message: 'rank 1: receive from 0, any tag: cancelled',
  });
  t.deepEqual(first.status, CANCELLED);
  t.false(await first.cancel());
  await a.send('x', 1);
  t.is(await second, 'x');
  t.false(await second.cancel());
  t.false(second.status?.cancelled);
});

test('a cancelled probe ends, and one that takes takes nothing', async (t) => {
  const [a, b] = pair();
  for (const probe of [b.probe(), b.mprobe()]) {
    t.true(await probe.cancel());
    await t.throwsAsync(probe, { code: 'ERR_CANCELLED' });
    t.true(probe.status?.cancelled);
  }
  await a.send('x', 1);
  t.is(await b.receive(), 'x');
});

for (const [eagerBytes, mode] of [
  [0, 'standard'],
  [0, 'synchronous'],
  [1000, 'synchronous'],
] as const) {
  test(`a cancelled ${mode} send vanishes at the receiver, eager limit ${eagerBytes}`, async (t) => {
    const [a, b, { settle }] = pair({ eagerBytes });
    const send = a.send('undone', 1, { tag: 1, mode });
    const kept = a.send('kept', 1, { tag: 1, mode });
    await settle();
    t.like(b.iprobe(), { tag: 1 });
    const undone = send.cancel();
    await t.throwsAsync(send, { code: 'ERR_CANCELLED' });
    t.true(await undone);
    t.deepEqual(send.status, CANCELLED);
    t.is(await b.receive(), 'kept');
    await kept;
    t.is(b.iprobe(), undefined);
  });

  test(`a ${mode} send that is matched cannot be cancelled, eager limit ${eagerBytes}`, async (t) => {
    const [a, b] = pair({ eagerBytes });
    const receive = b.receive();
    const send = a.send('x', 1, { mode });
    t.false(await send.cancel());
    await send;
    t.is(await receive, 'x');
  });
}

test('a send that is complete cannot be cancelled', async (t) => {
  const [a, b] = pair();
  const send = a.send('x', 1);
  t.false(await send.cancel());
  t.is(await b.receive(), 'x');
});

test('every cancel of a send is answered, however many there are', async (t) => {
  const [a, b, { settle }] = pair({ eagerBytes: 0 });
  const send = a.send('x', 1);
  const answers = [send.cancel(), send.cancel()];
  await t.throwsAsync(send, { code: 'ERR_CANCELLED' });
  t.true(await answers[0]);
  await answers[1];
  await settle();
  t.is(b.iprobe(), undefined);
});

test('a send that times out while it is being cancelled has timed out', async (t) => {
  const [a, b, { clock, settle }] = pair({ eagerBytes: 0 });
  const send = a.send('x', 1, { timeout: 10 });
  const undone = send.cancel();
  clock.advance(10);
  await t.throwsAsync(send, { code: 'ERR_TIMEOUT' });
  t.false(await undone);
  t.is(send.status, undefined);
  await settle();
  t.is(b.iprobe(), undefined);
});

test('a cancel that is under way ends when the receiver is lost', async (t) => {
  const [a, b, world] = pair({ eagerBytes: 0 });
  const send = a.send('x', 1);
  const undone = send.cancel();
  world.lose(1);
  await t.throwsAsync(send, { code: 'ERR_PROC_FAILED' });
  t.false(await undone);
  t.is(b.rank, 1);
});

test('a cancel that came too late ends even if its answer is lost with the receiver', async (t) => {
  let lost = 0;
  for (let seed = 0; seed < 40; seed += 1) {
    const [a, b, world] = pair({ eagerBytes: 0, seed });
    b.receive().catch(() => {});
    const send = a.send('x', 1);
    const undone = send.cancel();
    let answered = false;
    void undone.then(() => {
      answered = true;
    });
    while (!send.test()) await turn();
    if (!answered) lost += 1;
    world.lose(1);
    t.false(await undone);
    await send;
  }
  t.true(lost > 0, 'for some seeds the match is known here before the answer');
});

test('a cancelled eager send gives its credit back', async (t) => {
  const [a, b, { settle }] = pair({ eagerBytes: 1000, creditBytes: 300 });
  for (let round = 0; round < 20; round += 1) {
    const send = a.send(new Uint8Array(100), 1, { mode: 'synchronous' });
    await settle();
    send.catch(() => {});
    t.true(await send.cancel());
  }
  await settle();
  const standard = a.send(new Uint8Array(100), 1);
  t.true(standard.test(), 'there is credit, so it is eager');
  t.is((await b.receive<Uint8Array>()).length, 100);
});
