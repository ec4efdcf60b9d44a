import test from 'ava';
import type { TypedArray } from '../../src/base/array-kind.ts';
import { ANY_SOURCE, ANY_TAG, PROC_NULL, TAG_UB } from '../../src/base/constants.ts';
import { PROC_NULL_STATUS } from '../../src/request/status.ts';
import { pair, TestWorld } from '../helpers/world.ts';

test('an eager message does not overtake a rendezvous message with the same envelope', async (t) => {
  const [a, b, { settle }] = pair({ eagerBytes: 100 });
  const long = a.send('x'.repeat(200), 1, { tag: 5 });
  const short = a.send('short', 1, { tag: 5 });
  await settle();
  t.true(short.test());
  t.false(long.test());
  t.is(await b.receive<string>(0, { tag: 5 }), 'x'.repeat(200));
  t.is(await b.receive(0, { tag: 5 }), 'short');
  await long;
});

test('a receive for another tag passes over an older message', async (t) => {
  const [a, b] = pair();
  await a.send('first', 1, { tag: 1 });
  await a.send('second', 1, { tag: 2 });
  t.is(await b.receive(0, { tag: 2 }), 'second');
  t.is(await b.receive(0, { tag: 1 }), 'first');
});

test('receives with wildcards take messages in the order of their arrival', async (t) => {
  const world = new TestWorld(3);
  const values = ['a', 'b', 'c', 'd'];
  for (const [at, value] of values.entries()) {
    await world.rank(1 + (at % 2)).send(value, 0, { tag: 10 - at });
    await world.settle();
  }
  for (const [at, value] of values.entries()) {
    const receive = world.rank(0).receive();
    t.is(await receive, value);
    t.like(receive.status, { source: 1 + (at % 2), tag: 10 - at });
  }
});

test('of two receives that accept a message, the one posted first gets it', async (t) => {
  const [a, b] = pair();
  const wild = b.receive(ANY_SOURCE, { tag: 3 });
  const exact = b.receive(0, { tag: 3 });
  const laterWild = b.receive();
  await a.send(1, 1, { tag: 3 });
  await a.send(2, 1, { tag: 3 });
  await a.send(3, 1, { tag: 3 });
  t.deepEqual(await Promise.all([wild, exact, laterWild]), [1, 2, 3]);
});

for (const eagerBytes of [0, 1000, Number.POSITIVE_INFINITY]) {
  test(`a synchronous send is complete only when matched, eager limit ${eagerBytes}`, async (t) => {
    const [a, b, { settle }] = pair({ eagerBytes });
    const send = a.send('hello', 1, { mode: 'synchronous' });
    await b.probe(0);
    await settle();
    t.false(send.test());
    t.is(await b.receive(0), 'hello');
    await settle();
    t.true(send.test());
  });
}

test('an eager limit of 0 makes every standard send wait; Infinity none', async (t) => {
  for (const [eagerBytes, waits] of [
    [0, true],
    [Number.POSITIVE_INFINITY, false],
  ] as const) {
    const [a, b, { settle }] = pair({ eagerBytes, creditBytes: 10 });
    const sends = [a.send(1, 1), a.send(new Float64Array(1e5), 1)];
    await settle();
    t.deepEqual(
      sends.map((send) => !send.test()),
      [waits, waits],
    );
    t.is(await b.receive(0), 1);
    t.deepEqual(await b.receive(0), new Float64Array(1e5));
    await Promise.all(sends);
  }
});

test('a buffered send is complete at once, and what is sent is what was there at the call', async (t) => {
  const [a, b] = pair({ eagerBytes: 100 });
  for (const length of [2, 1000]) {
    const array = new Int32Array(length).fill(7);
    const send = a.send(array, 1, { mode: 'buffered' });
    t.true(send.test());
    array.fill(8);
    t.deepEqual(await b.receive(0), new Int32Array(length).fill(7));
  }
});

test('a standard rendezvous send sends what the array holds when it is matched', async (t) => {
  const [a, b, { settle }] = pair({ eagerBytes: 0 });
  const array = Float32Array.of(1, 2, 3);
  const send = a.send(array.subarray(1), 1);
  await settle();
  array[1] = 5;
  t.deepEqual(await b.receive(0), Float32Array.of(5, 3));
  await send;
});

for (const eagerBytes of [0, 1000]) {
  test(`a ready send completes if a receive is posted, eager limit ${eagerBytes}`, async (t) => {
    const [a, b] = pair({ eagerBytes });
    const receive = b.receive(0, { tag: 4 });
    await a.send('go', 1, { tag: 4, mode: 'ready' });
    t.is(await receive, 'go');
  });

  test(`a ready send that finds no receive fails at the sender, eager limit ${eagerBytes}`, async (t) => {
    const [a, b, { settle }] = pair({ eagerBytes });
    const receive = b.receive(0, { tag: 4 });
    await t.throwsAsync(a.send('go', 1, { tag: 5, mode: 'ready' }), {
      code: 'ERR_READY',
      message:
        /^rank 0: ready send to 1, tag 5(, \d+ bytes)?: no matching receive was posted yet, and the message was dropped; post the receive first, or use mode standard$/,
    });
    await settle();
    t.is(b.iprobe(), undefined);
    t.false(receive.test());
  });
}

test('PROC_NULL takes every message and gives an empty one, at once', async (t) => {
  const [a] = pair();
  const into = new Uint8Array(3).fill(9);
  for (const mode of ['standard', 'synchronous', 'buffered', 'ready'] as const) {
    const send = a.send('x', PROC_NULL, { mode });
    t.true(send.test());
    await send;
  }
  for (const request of [
    a.receive(PROC_NULL),
    a.receive(PROC_NULL, { tag: 3 }),
    a.probe(PROC_NULL),
    a.mprobe(PROC_NULL),
    a.sendReceive('x', PROC_NULL, PROC_NULL),
  ]) {
    t.true(request.test());
    t.deepEqual(request.status, PROC_NULL_STATUS);
    t.false(await request.cancel());
  }
  t.is(await a.receive(PROC_NULL), undefined);
  t.is(await a.receive(PROC_NULL, { into }), into);
  t.deepEqual(into, new Uint8Array(3).fill(9));
  t.deepEqual(await a.probe(PROC_NULL), PROC_NULL_STATUS);
  t.deepEqual(a.iprobe(PROC_NULL), PROC_NULL_STATUS);
  t.deepEqual(PROC_NULL_STATUS, {
    source: PROC_NULL,
    tag: ANY_TAG,
    count: 0,
    bytes: 0,
    cancelled: false,
  });
});

test('a message from PROC_NULL can be matched and received by improbe as by mprobe', async (t) => {
  const [a] = pair();
  const into = new Uint8Array(1);
  for (const message of [await a.mprobe(PROC_NULL), a.improbe(PROC_NULL)]) {
    t.deepEqual(message?.status, PROC_NULL_STATUS);
    t.is(await message?.receive({ into }), into);
  }
});

for (const eagerBytes of [0, 1000]) {
  test(`a rank can send to itself, eager limit ${eagerBytes}`, async (t) => {
    const world = new TestWorld(1, { eagerBytes });
    const [send, receive] = [world.rank(0).send([1, 2], 0), world.rank(0).receive(0)];
    t.deepEqual(await receive, [1, 2]);
    await send;
  });
}

test('a message to oneself that waits for its receive is found by it', async (t) => {
  const world = new TestWorld(1, { eagerBytes: 0 });
  const send = world.rank(0).send('later', 0, { mode: 'synchronous' });
  await world.settle();
  t.false(send.test());
  t.is(await world.rank(0).receive(), 'later');
  await send;
});

test('what is received shares no memory with what was sent, also within one rank', async (t) => {
  const world = new TestWorld(1);
  const sent = Uint8Array.of(1, 2, 3);
  await world.rank(0).send(sent, 0);
  const received = await world.rank(0).receive<Uint8Array>();
  sent[0] = 99;
  t.deepEqual(received, Uint8Array.of(1, 2, 3));
});

test('the status of a receive names source, tag, count and bytes, for every kind of array', async (t) => {
  const [a, b] = pair();
  const arrays: [TypedArray | ArrayBuffer | DataView, bytes: number][] = [
    [new Int8Array(3), 3],
    [new Uint8Array(3), 3],
    [new Uint8ClampedArray(3), 3],
    [new Int16Array(3), 6],
    [new Uint16Array(3), 6],
    [new Int32Array(3), 12],
    [new Uint32Array(3), 12],
    [new Float32Array(3), 12],
    [new Float64Array(3), 24],
    [new BigInt64Array(3), 24],
    [new BigUint64Array(3), 24],
    [new ArrayBuffer(3), 3],
    [new DataView(new ArrayBuffer(3)), 3],
    [Buffer.alloc(3), 3],
  ];
  for (const [tag, [array, bytes]] of arrays.entries()) {
    const receive = b.receive(0, { tag });
    t.is(receive.status, undefined);
    await a.send(array, 1, { tag });
    t.deepEqual(await receive, array);
    t.deepEqual(receive.status, { source: 0, tag, count: 3, bytes, cancelled: false });
  }
});

test('any other value counts as one element', async (t) => {
  const [a, b] = pair();
  for (const value of [undefined, 7, 'text', [1, 2, 3], new Map([[1, 2]])]) {
    await a.send(value, 1);
    const receive = b.receive();
    t.deepEqual(await receive, value);
    t.is(receive.status?.count, 1);
    t.true((receive.status?.bytes ?? 0) > 0);
  }
});

test('into is filled from its start and returned, its rest untouched', async (t) => {
  const [a, b] = pair({ eagerBytes: 10 });
  for (const length of [1, 4]) {
    const memory = new Float64Array(6).fill(-1);
    const into = memory.subarray(1, 6);
    const receive = b.receive<Float64Array>(0, { into });
    await a.send(new Float64Array(length).fill(3), 1);
    t.is(await receive, into);
    t.is(receive.status?.count, length);
    t.deepEqual(
      [...memory],
      Array.from({ length: 6 }, (_, at) => (at >= 1 && at <= length ? 3 : -1)),
    );
  }
});

test('a probe tells the count, so that into can be made to measure', async (t) => {
  const [a, b] = pair({ eagerBytes: 10 });
  const send = a.send(Float64Array.of(1, 2, 3), 1, { tag: 8 });
  const status = await b.probe(0);
  t.deepEqual(status, { source: 0, tag: 8, count: 3, bytes: 24, cancelled: false });
  const into = new Float64Array(status.count);
  t.is(await b.receive(status.source, { tag: status.tag, into }), into);
  t.deepEqual(into, Float64Array.of(1, 2, 3));
  await send;
});

test('iprobe sees a message once it is there, and leaves it there', async (t) => {
  const [a, b, { settle }] = pair();
  t.is(b.iprobe(), undefined);
  await a.send('x', 1, { tag: 2 });
  t.is(b.iprobe(), undefined, 'it cannot be there before the event loop has turned');
  await settle();
  t.is(b.iprobe(0, { tag: 1 }), undefined);
  t.like(b.iprobe(), { source: 0, tag: 2 });
  t.like(b.iprobe(0, { tag: 2 }), { source: 0, tag: 2 });
  t.is(await b.receive(), 'x');
  t.is(b.iprobe(), undefined);
});

test('a probe waits for a message, and a receive that is posted goes before it', async (t) => {
  const [a, b, { settle }] = pair();
  const probe = b.probe(0, { tag: 1 });
  const receive = b.receive(0, { tag: 1 });
  await a.send('for the receive', 1, { tag: 1 });
  t.is(await receive, 'for the receive');
  await settle();
  t.false(probe.test());
  await a.send('for the probe', 1, { tag: 1 });
  t.is((await probe).tag, 1);
  t.is(await b.receive(), 'for the probe');
});

test('all probes that wait for one message see it', async (t) => {
  const [a, b] = pair();
  const probes = [b.probe(), b.probe(0), b.probe(ANY_SOURCE, { tag: TAG_UB })];
  await a.send(1, 1, { tag: TAG_UB });
  t.deepEqual(
    (await Promise.all(probes)).map(({ tag }) => tag),
    [TAG_UB, TAG_UB, TAG_UB],
  );
});

for (const eagerBytes of [0, 100_000]) {
  const protocol = eagerBytes === 0 ? 'rendezvous' : 'eager';

  test(`too long a message fails the receive alone and names both sizes, ${protocol}`, async (t) => {
    const [a, b, { settle }] = pair({ eagerBytes });
    for (const posted of [true, false]) {
      const into = new Float64Array(2);
      const early = posted ? b.receive(0, { into }) : undefined;
      const send = a.send(new Float64Array(5), 1, { mode: 'synchronous' });
      await settle();
      await t.throwsAsync(early ?? b.receive(0, { into }), {
        code: 'ERR_TRUNCATE',
        message:
          'rank 1: receive from 0, any tag: the message is Float64Array(5), but into is Float64Array(2) and too short; probe() first and size it by status.count, or receive without into',
      });
      await send;
      t.deepEqual(into, new Float64Array(2));
      t.is(b.iprobe(), undefined);
    }
  });

  test(`another element type fails the receive alone and names both types, ${protocol}`, async (t) => {
    const [a, b] = pair({ eagerBytes });
    const first = a.send(new Int32Array(2), 1, { mode: 'synchronous' });
    await t.throwsAsync(b.receive(0, { into: new Float32Array(2) }), {
      code: 'ERR_TYPE',
      message:
        'rank 1: receive from 0, any tag: the message is Int32Array(2), but into is Float32Array(2); both sides must use the same element type',
    });
    await first;
    const second = a.send({ an: 'object' }, 1, { mode: 'synchronous' });
    await t.throwsAsync(b.receive(0, { into: new Float32Array(2) }), {
      code: 'ERR_TYPE',
      message:
        'rank 1: receive from 0, any tag: the message is an object, not a typed array, and cannot be put into Float32Array(2); receive it without into',
    });
    await second;
  });
}

test('a value that cannot be sent is refused at the sender, and nothing leaves', async (t) => {
  const [a, b, { settle }] = pair();
  const send = a.send({ jobs: [1, { callback: () => {} }] }, 1);
  await t.throwsAsync(send, {
    code: 'ERR_TYPE',
    message: /^rank 0: send to 1, tag 0: .*jobs\[1\]\.callback/,
  });
  await settle();
  t.is(b.iprobe(), undefined);
});

test('after finalize everything is refused', async (t) => {
  const [a, , world] = pair();
  await world.finish(0);
  const message = /^rank 0: .*: called after finalize\(\)$/;
  const expected = { code: 'ERR_FINALIZED', message };
  for (const request of [
    a.send(1, 1),
    a.receive(),
    a.probe(),
    a.mprobe(),
    a.sendReceive(1, 1),
    a.sendInit(1, 1).start(),
    a.receiveInit().start(),
  ]) {
    await t.throwsAsync<Error>(request, expected);
  }
  t.throws(() => a.iprobe(), expected);
  t.throws(() => a.improbe(), expected);
});

test('finalize ends unmatched receives and probes, and waits for sends', async (t) => {
  const [a, b, { settle, engines }] = pair({ eagerBytes: 0 });
  const unmatched = b.receive(0, { tag: 2 });
  const probe = b.probe();
  const outgoing = b.send('out', 0);
  let over = false;
  const finalized = engines[1]?.finalize().then(() => {
    over = true;
  });
  const text = 'finalize() was called before anything matched it';
  await t.throwsAsync(unmatched, {
    code: 'ERR_FINALIZED',
    message: `rank 1: receive from 0, tag 2: ${text}`,
  });
  await t.throwsAsync(probe, { code: 'ERR_FINALIZED' });
  await settle();
  t.false(over);
  t.is(await a.receive(1), 'out');
  await Promise.all([outgoing, finalized]);
});

test('finalize waits for the data of a receive that is matched', async (t) => {
  const [a, b, world] = pair({ eagerBytes: 0 });
  const send = a.send('data', 1);
  await world.settle();
  const receive = b.receive(0);
  await world.finish(1);
  t.true(receive.test());
  t.is(await receive, 'data');
  await send;
});
