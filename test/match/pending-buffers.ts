import test from 'ava';
import { pair } from '../helpers/world.ts';

const OVERLAP =
  'into overlaps the array of another pending receive; give each its own, or await the first';

test('two pending receives may not write into the same bytes', async (t) => {
  const [, b] = pair();
  const memory = new ArrayBuffer(64);
  const first = b.receive(0, { into: new Uint8Array(memory, 8, 16) });
  for (const into of [
    new Uint8Array(memory, 8, 16),
    new Uint8Array(memory, 0, 9),
    new Float64Array(memory, 16, 2),
    new Uint8Array(memory, 23, 1),
  ]) {
    await t.throwsAsync(b.receive(0, { into }), {
      code: 'ERR_BUFFER',
      message: `rank 1: receive from 0, any tag: ${OVERLAP}`,
    });
  }
  const beside = [new Uint8Array(memory, 0, 8), new Uint8Array(memory, 24), new Uint8Array(16)];
  const others = beside.map((into) => b.receive(0, { into }));
  for (const request of [first, ...others]) {
    t.false(request.test());
    t.true(await request.cancel());
  }
});

test('an array of no elements overlaps nothing', async (t) => {
  const [a, b] = pair();
  const into = new Int8Array(0);
  const receives = [b.receive(0, { into }), b.receive(0, { into })];
  await a.send(new Int8Array(0), 1);
  await a.send(new Int8Array(0), 1);
  t.deepEqual(await Promise.all(receives), [into, into]);
});

test('an array is free again however its receive ended', async (t) => {
  const [a, b, { clock }] = pair();
  const into = new Uint8Array(4);
  const controller = new AbortController();
  const ends: (() => Promise<unknown>)[] = [
    async () => {
      const receive = b.receive(0, { into });
      await a.send(Uint8Array.of(1), 1);
      t.is(await receive, into);
    },
    async () => {
      const receive = b.receive(0, { into });
      await a.send(new Uint8Array(9), 1);
      await t.throwsAsync(receive, { code: 'ERR_TRUNCATE' });
    },
    async () => {
      const receive = b.receive(0, { into, timeout: 5 });
      clock.advance(5);
      await t.throwsAsync(receive, { code: 'ERR_TIMEOUT' });
    },
    async () => {
      const receive = b.receive(0, { into, signal: controller.signal });
      controller.abort(new Error('enough'));
      await t.throwsAsync(receive, { message: 'enough' });
    },
    async () => {
      const receive = b.receive(0, { into });
      t.true(await receive.cancel());
    },
  ];
  for (const end of ends) await end();
  const last = b.receive(0, { into });
  await a.send(Uint8Array.of(7), 1);
  t.is(await last, into);
  t.is(into[0], 7);
});
