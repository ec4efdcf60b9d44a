import test from 'ava';
import { pair } from '../helpers/world.ts';

test('a loop over messages sees each with its status, and leaves the rest when it is left', async (t) => {
  const [a, b, { settle }] = pair();
  for (const value of ['a', 'b', 'end', 'after']) await a.send(value, 1, { tag: 4 });
  await a.send('other tag', 1, { tag: 5 });
  const seen: string[] = [];
  for await (const { value, status } of b.messages<string>({ source: 0, tag: 4 })) {
    t.like(status, { source: 0, tag: 4, count: 1 });
    seen.push(value);
    if (value === 'end') break;
  }
  t.deepEqual(seen, ['a', 'b', 'end']);
  await settle();
  t.is(await b.receive(), 'after');
  t.is(await b.receive(), 'other tag');
});

test('nothing is received ahead of the loop', async (t) => {
  const [a, b, { settle }] = pair();
  await a.send(1, 1);
  await a.send(2, 1);
  const stream = b.messages();
  await settle();
  t.like(b.iprobe(), { source: 0 });
  t.is((await stream.next()).value.value, 1);
  t.is(await b.receive(), 2);
});

test('leaving a stream calls off the receive that waits', async (t) => {
  const [a, b, { settle, engines }] = pair();
  const stream = b.messages();
  const next = stream.next();
  t.is(engines[1]?.operations().length, 1);
  const left = stream.return?.();
  await t.throwsAsync(next, { code: 'ERR_CANCELLED' });
  t.deepEqual(await left, { done: true, value: undefined });
  t.is(engines[1]?.operations().length, 0);
  await a.send('for others', 1);
  await settle();
  t.is(await b.receive(), 'for others');
});

test('a stream that was left ends, and calls off all that it was asked for', async (t) => {
  const [a, b, { settle, engines }] = pair();
  const stream = b.messages();
  const asked = [stream.next(), stream.next()];
  t.is(engines[1]?.operations().length, 2);
  const left = stream.return?.();
  for (const next of asked) await t.throwsAsync(next, { code: 'ERR_CANCELLED' });
  await left;
  await a.send('for others', 1);
  await settle();
  t.deepEqual(await stream.next(), { done: true, value: undefined });
  t.is(await b.receive(), 'for others');
});

test('an error ends the loop with it', async (t) => {
  const [, b, { clock }] = pair();
  const loop = (async () => {
    for await (const { value } of b.messages({ timeout: 50 })) t.fail(String(value));
  })();
  clock.advance(50);
  await t.throwsAsync(loop, { code: 'ERR_TIMEOUT' });
  for (const options of [null, { source: 9 }, { tag: -5 }]) {
    const stream = b.messages(options as never);
    await t.throwsAsync(stream.next(), { name: 'MpiError' });
  }
});
