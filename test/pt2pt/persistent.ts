import test from 'ava';
import { startAll } from '../../src/pt2pt/persistent.ts';
import { pair } from '../helpers/world.ts';

test('a persistent send and receive can be started over and over', async (t) => {
  const [a, b] = pair({ eagerBytes: 0 });
  const sent = new Float64Array(1);
  const into = new Float64Array(1);
  const send = a.sendInit(sent, 1, { tag: 2 });
  const receive = b.receiveInit<Float64Array>(0, { tag: 2, into });
  for (const round of [1, 2, 3]) {
    sent[0] = round;
    const [, received] = await Promise.all([send.start(), receive.start()]);
    t.is(received, into);
    t.deepEqual(into, Float64Array.of(round));
  }
});

test('a persistent request is active from its start to its end, and cannot be started then', async (t) => {
  const [a, b] = pair();
  const receive = b.receiveInit(0);
  t.false(receive.active);
  const first = receive.start();
  t.true(receive.active);
  await t.throwsAsync(receive.start(), {
    code: 'ERR_REQUEST',
    message:
      'start: this persistent request is still active; await the request of its last start first',
  });
  t.true(receive.active);
  await a.send('x', 1);
  t.is(await first, 'x');
  t.false(receive.active);
  const second = receive.start();
  t.true(await second.cancel());
  t.false(receive.active);
});

test('startAll starts in the order of the list', async (t) => {
  const [a, b] = pair();
  const receives = startAll([b.receiveInit(0), b.receiveInit(), b.receiveInit(0)]);
  await Promise.all(startAll([1, 2, 3].map((value) => a.sendInit(value, 1))));
  t.deepEqual(await Promise.all(receives), [1, 2, 3]);
});

test('the arguments are fixed at once: options that change later change nothing', async (t) => {
  const [a, b] = pair();
  const options = { tag: 1 };
  const send = a.sendInit('x', 1, options);
  const receive = b.receiveInit(0, options);
  options.tag = -99;
  const [, value] = await Promise.all([send.start(), receive.start()]);
  t.is(value, 'x');
});
