import test from 'ava';
import { pair } from '../helpers/world.ts';

for (const eagerBytes of [0, 1000]) {
  test(`a matched message is taken: nobody else can receive or see it, eager limit ${eagerBytes}`, async (t) => {
    const [a, b, { settle }] = pair({ eagerBytes });
    const sends = [a.send('first', 1, { tag: 1 }), a.send('second', 1, { tag: 1 })];
    const message = await b.mprobe(0, { tag: 1 });
    t.like(message.status, { source: 0, tag: 1, count: 1 });
    t.is(await b.receive(), 'second');
    t.is(b.iprobe(), undefined);
    const receive = message.receive<string>();
    t.is(await receive, 'first');
    t.deepEqual(receive.status, message.status);
    await Promise.all(sends);
    await settle();
  });

  test(`a synchronous send is complete when its matched message is received, eager limit ${eagerBytes}`, async (t) => {
    const [a, b, { settle }] = pair({ eagerBytes });
    const send = a.send('x', 1, { mode: 'synchronous' });
    const message = await b.mprobe();
    await settle();
    t.false(send.test());
    t.false(await send.cancel());
    t.is(await message.receive(), 'x');
    await send;
  });
}

test('improbe takes a message if there is one', async (t) => {
  const [a, b, { settle }] = pair();
  t.is(b.improbe(), undefined);
  await a.send(Int16Array.of(1, 2), 1, { tag: 9 });
  await settle();
  t.is(b.improbe(0, { tag: 8 }), undefined);
  const message = b.improbe(0, { tag: 9 });
  t.deepEqual(message?.status, { source: 0, tag: 9, count: 2, bytes: 4, cancelled: false });
  t.is(b.improbe(), undefined);
  const into = new Int16Array(2);
  t.is(await message?.receive({ into }), into);
  t.deepEqual(into, Int16Array.of(1, 2));
});

test('of two waiting matched probes, each takes one message', async (t) => {
  const [a, b] = pair();
  const probes = [b.mprobe(), b.mprobe()];
  await a.send(1, 1);
  await a.send(2, 1);
  const messages = await Promise.all(probes);
  t.deepEqual(await Promise.all(messages.map((message) => message.receive())), [1, 2]);
});

test('a matched message can be received once', async (t) => {
  const [a, b] = pair();
  await a.send(1, 1, { tag: 3 });
  const message = await b.mprobe();
  t.is(await message.receive(), 1);
  await t.throwsAsync(message.receive(), {
    code: 'ERR_REQUEST',
    message:
      'rank 1: receive of the matched message from 0, tag 3: it was received already; a matched message is there once',
  });
});

test('a matched message whose receive was refused can still be received', async (t) => {
  const [a, b] = pair({ eagerBytes: 0 });
  const send = a.send(Int8Array.of(5), 1);
  const message = await b.mprobe();
  const into = new Int8Array(1);
  const other = b.receive(0, { into });
  await t.throwsAsync(message.receive({ into }), { code: 'ERR_BUFFER' });
  await t.throwsAsync(message.receive({ into: 'x' as never }), {
    code: 'ERR_BUFFER',
    message: 'rank 1: receive of a matched message: into must be a typed array, not "x"',
  });
  await t.throwsAsync(message.receive({ timeout: Number.NaN }), { code: 'ERR_ARG' });
  await t.throwsAsync(message.receive(null as never), { code: 'ERR_ARG' });
  await t.throwsAsync(message.receive({ signal: AbortSignal.abort(new Error('no')) }), {
    message: 'no',
  });
  t.deepEqual(await message.receive(), Int8Array.of(5));
  await send;
  t.true(await other.cancel());
});
