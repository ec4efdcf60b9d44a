import test from 'ava';
import type { Communicator } from '../../src/comm/communicator.ts';
import type { Limits } from '../../src/match/limits.ts';
import type { Request } from '../../src/request/request.ts';
import { pair, type TestWorld } from '../helpers/world.ts';

/** Every operation that can wait, how it calls itself, and whether it is a receive. */
const OPERATIONS: readonly {
  readonly name: string;
  readonly call: string;
  readonly start: (a: Communicator, limits: Limits) => Request<unknown>;
}[] = [
  {
    name: 'receive',
    call: 'receive from 1, tag 7',
    start: (a, limits) => a.receive(1, { tag: 7, ...limits }),
  },
  {
    name: 'probe',
    call: 'probe for 1, any tag',
    start: (a, limits) => a.probe(1, limits),
  },
  {
    name: 'mprobe',
    call: 'mprobe for any rank, any tag',
    start: (a, limits) => a.mprobe(undefined, limits),
  },
  {
    name: 'eager synchronous send',
    call: 'synchronous send to 1, tag 0',
    start: (a, limits) => a.send('x', 1, { mode: 'synchronous', ...limits }),
  },
  {
    name: 'rendezvous send',
    call: 'send to 1, tag 3, 5000 bytes',
    start: (a, limits) => a.send(new Uint8Array(5000), 1, { tag: 3, ...limits }),
  },
  {
    name: 'sendReceive',
    call: 'receive from 1, tag 7',
    start: (a, limits) => a.sendReceive('x', 1, 1, { sendTag: 0, receiveTag: 7, ...limits }),
  },
];

function world(): [Communicator, Communicator, TestWorld] {
  return pair({ eagerBytes: 1000 });
}

/** Check that an operation left nothing behind: neither here nor, if it was a send, at the receiver. */
async function isGone(name: string, a: Communicator, b: Communicator, all: TestWorld) {
  await all.settle();
  const left = all.engines.flatMap((engine) => engine.operations());
  const message = name === 'sendReceive' ? b.improbe(0) && b.iprobe() : b.iprobe();
  await b.send('next', 0, { tag: 7 });
  return left.length === 0 && message === undefined && (await a.receive(1)) === 'next';
}

for (const { name, call, start } of OPERATIONS) {
  test(`a ${name} that nothing matches in time rejects and is gone`, async (t) => {
    const [a, b, all] = world();
    const request = start(a, { timeout: 250 });
    await all.settle();
    all.clock.advance(249);
    await all.settle();
    t.false(request.test());
    all.clock.advance(1);
    await t.throwsAsync(request, {
      code: 'ERR_TIMEOUT',
      message: `rank 0: ${call}: nothing matched it within 250 ms`,
    });
    t.true(await isGone(name, a, b, all));
  });

  test(`a ${name} whose signal is aborted rejects with its reason and is gone`, async (t) => {
    const [a, b, all] = world();
    const reason = { not: 'even an error' };
    const controller = new AbortController();
    const request = start(a, { signal: controller.signal });
    await all.settle();
    t.false(request.test());
    controller.abort(reason);
    const caught = await request.catch((error: unknown) => error);
    t.is(caught, reason);
    t.true(await isGone(name, a, b, all));
  });

  test(`a ${name} whose signal was aborted before does not start`, async (t) => {
    const [a, b, all] = world();
    const reason = new Error('changed my mind');
    const posted = b.receive(0);
    const request = start(a, { signal: AbortSignal.abort(reason) });
    const caught = await request.catch((error: unknown) => error);
    t.is(caught, reason);
    await all.settle();
    t.false(posted.test(), 'nothing was sent');
    t.true(await posted.cancel());
    t.true(await isGone(name, a, b, all));
  });

  test(`a ${name} that is matched in time stops its timer and listens to its signal no more`, async (t) => {
    const [a, b, all] = world();
    const controller = new AbortController();
    const before = all.clock.timers;
    const request = start(a, { timeout: 1000, signal: controller.signal });
    const settled = request.then(() => 'done');
    await b.send('y', 0, { tag: 7 });
    const posted = b.receive(0);
    t.is(await settled, 'done');
    posted.catch(() => {});
    await posted.cancel();
    controller.abort(new Error('too late'));
    await all.settle();
    // What is left is that the engines rest after a while.
    // The engine itself looks twice more after what has ended.
    all.clock.advance(30);
    all.clock.advance(30);
    t.is(all.clock.timers, before);
  });
}

test('a receive that times out names the nearest message that lay there', async (t) => {
  for (const [source, tag, hint] of [
    [1, 7, 'an unread message from rank 1 has tag 5'],
    [0, 5, 'an unread message with tag 5 is from rank 1'],
    [0, 6, undefined],
  ] as const) {
    const [a, b, all] = world();
    await b.send('x', 0, { tag: 5 });
    await all.settle();
    const receive = a.receive(source, { tag, timeout: 20 });
    all.clock.advance(20);
    await t.throwsAsync(receive, {
      code: 'ERR_TIMEOUT',
      message: `rank 0: receive from ${source}, tag ${tag}: nothing matched it within 20 ms${
        hint === undefined ? '' : `; ${hint}`
      }`,
    });
  }
});

test('a receive that is matched but gets no data in time says that', async (t) => {
  const [a, b, all] = world();
  const send = b.send(new Uint8Array(5000), 0);
  await all.settle();
  const receive = a.receive(1, { timeout: 20 });
  all.clock.advance(20);
  await t.throwsAsync(receive, {
    code: 'ERR_TIMEOUT',
    message:
      'rank 0: receive from 1, any tag: it was matched, but the data from rank 1 did not come within 20 ms',
  });
  await send;
  await all.settle();
  t.is(a.iprobe(), undefined);
});

test('a timeout of 0 gives a message that is here, and rejects otherwise', async (t) => {
  const [a, b, all] = world();
  await b.send('here', 0);
  await all.settle();
  t.is(await a.receive(1, { timeout: 0 }), 'here');
  const receive = a.receive(1, { timeout: 0 });
  all.clock.advance(0);
  await t.throwsAsync(receive, { code: 'ERR_TIMEOUT' });
});

test('an array given to a send that timed out may be changed, even if it is received after all', async (t) => {
  const [a, b, all] = world();
  const array = new Uint8Array(5000).fill(1);
  const send = a.send(array, 1, { timeout: 20 });
  await all.settle();
  // Matched here, but the sender does not know yet when its time is over.
  const receive = b.receive<Uint8Array>(0);
  all.clock.advance(20);
  await t.throwsAsync(send, { code: 'ERR_TIMEOUT' });
  array.fill(2);
  t.deepEqual(await receive, new Uint8Array(5000).fill(1));
});

test('a receive that timed out writes nothing into its array, and the array is free', async (t) => {
  const [a, b, all] = world();
  const into = new Uint8Array(5000);
  const send = b.send(new Uint8Array(5000).fill(1), 0);
  await all.settle();
  const late = a.receive(1, { into, timeout: 5 });
  all.clock.advance(5);
  await t.throwsAsync(late, { code: 'ERR_TIMEOUT' });
  await send;
  await all.settle();
  t.true(into.every((byte) => byte === 0));
  t.is(await a.sendReceive(new Uint8Array(1), 0, 0, { into }), into);
});

test('a buffered send cannot time out, since it does not wait', async (t) => {
  const [a, b, all] = world();
  await a.send(new Uint8Array(5000), 1, { mode: 'buffered', timeout: 5 });
  all.clock.advance(5);
  await all.settle();
  t.is((await b.receive<Uint8Array>()).length, 5000);
});
