import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { Request } from '../../src/request/request.ts';
import type { Status } from '../../src/request/status.ts';
import {
  type MaybeRequest,
  testAll,
  testAny,
  testSome,
  waitAll,
  waitAny,
  waitSome,
} from '../../src/request/wait.ts';
import { turn } from '../helpers/world.ts';

const STATUS: Status = { source: 3, tag: 4, count: 1, bytes: 9, cancelled: false };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function pending(): Request<string> {
  return new Request<string>({ status: STATUS, cancel: () => Promise.resolve(true) });
}

function done(value: string): Request<string> {
  const request = pending();
  Request.complete(request, value);
  return request;
}

function failed(message: string): Request<string> {
  const request = pending();
  Request.fail(request, () => new Error(message));
  return request;
}

test('waitAny waits for the first, and names its place, value and status', async (t) => {
  const requests = [pending(), pending(), pending()];
  const any = waitAny(requests);
  Request.complete(requests[1] as Request<string>, 'b');
  t.deepEqual(await any, { index: 1, value: 'b', status: STATUS });
});

test('waitAny takes the lowest place of several, also before an error at a higher one', async (t) => {
  t.like(await waitAny([undefined, done('b'), done('c')]), { index: 1, value: 'b' });
  t.like(await waitAny([done('a'), failed('b')]), { index: 0, value: 'a' });
  await t.throwsAsync(waitAny([pending(), failed('b'), done('c')]), { message: 'b' });
});

test('waitAny skips gaps, and a list of gaps gives undefined', async (t) => {
  const requests: MaybeRequest<string>[] = [undefined, pending(), undefined, done('d')];
  t.like(await waitAny(requests), { index: 3 });
  requests[3] = undefined;
  const any = waitAny(requests);
  Request.complete(requests[1] as Request<string>, 'b');
  t.like(await any, { index: 1, value: 'b' });
  t.is(await waitAny([undefined]), undefined);
  t.is(await waitAny([]), undefined);
});

test('waitAny rejects with the error of the one that failed, once', async (t) => {
  const requests = [pending(), pending()];
  const any = waitAny(requests);
  Request.fail(requests[1] as Request<string>, () => new Error('broken'));
  await t.throwsAsync(any, { message: 'broken' });
  // Neither this one nor one that had failed before is reported as unhandled as well.
  await t.throwsAsync(waitAny([failed('early')]), { message: 'early' });
  const earlier = failed('earlier');
  for (let at = 0; at < 10; at += 1) await undefined;
  await t.throwsAsync(waitAny([earlier]), { message: 'earlier' });
  await turn();
});

test('waitSome gives all that are complete, in the order of the list', async (t) => {
  const requests = [pending(), done('b'), undefined, done('d')];
  t.deepEqual(
    (await waitSome(requests)).map(({ index, value }) => [index, value]),
    [
      [1, 'b'],
      [3, 'd'],
    ],
  );
  const some = waitSome([requests[0]]);
  Request.complete(requests[0] as Request<string>, 'a');
  t.deepEqual(await some, [{ index: 0, value: 'a', status: STATUS }]);
  t.deepEqual(await waitSome([]), []);
  t.deepEqual(await waitSome([undefined, undefined]), []);
  await t.throwsAsync(waitSome([done('a'), failed('b'), failed('c')]), { message: 'b' });
});

test('waitAll rejects with the first error in time, and the others are reported nowhere else', async (t) => {
  await t.throwsAsync(waitAll([failed('alone')]), { message: 'alone' });
  await t.throwsAsync(waitAll([done('a'), failed('x'), failed('y')]), { message: 'x' });
  const requests = [pending(), pending(), pending()];
  const all = waitAll(requests);
  Request.fail(requests[2] as Request<string>, () => new Error('first'));
  Request.fail(requests[0] as Request<string>, () => new Error('second'));
  Request.complete(requests[1] as Request<string>, 'late');
  await t.throwsAsync(all, { message: 'first' });
  await turn();
});

test('waitAll waits for the requests that were in the list when it was called', async (t) => {
  const first = pending();
  const requests: MaybeRequest<string>[] = [first, done('b'), undefined, first];
  const all = waitAll(requests);
  requests[0] = pending();
  Request.complete(first, 'a');
  t.deepEqual(await all, ['a', 'b', undefined, 'a']);
});

test('waitAll takes other promises as Promise.all does', async (t) => {
  const mixed = [done('a'), Promise.resolve('b')] as unknown as Request<string>[];
  t.deepEqual(await waitAll(mixed), ['a', 'b']);
});

test('waitAll gives every result in its place, or the first error', async (t) => {
  const requests = [pending(), undefined, done('c')] as const;
  const all = waitAll(requests);
  Request.complete(requests[0], 'a');
  t.deepEqual(await all, ['a', undefined, 'c']);
  t.deepEqual(await waitAll([]), []);
  await t.throwsAsync(waitAll([pending(), failed('x')]), { message: 'x' });
});

test('testAny, testSome and testAll look without waiting', (t) => {
  const [a, b] = [pending(), pending()];
  const list = [undefined, a, b];
  t.is(testAny(list), undefined);
  t.deepEqual(testSome(list), []);
  t.is(testAll(list), undefined);
  Request.complete(b, 'b');
  t.like(testAny(list), { index: 2, value: 'b' });
  t.deepEqual(testSome(list), [{ index: 2, value: 'b', status: STATUS }]);
  t.is(testAll(list), undefined);
  Request.complete(a, 'a');
  t.like(testAny(list), { index: 1, value: 'a' });
  t.is(testSome(list).length, 2);
  t.deepEqual(testAll(list), [undefined, 'a', 'b']);
  t.is(testAny([undefined]), undefined);
  t.deepEqual(testAll([]), []);
});

test('testAny, testSome and testAll throw the error of a failed request, once', async (t) => {
  for (const look of [testAny, testSome, testAll]) {
    t.throws(() => look([undefined, failed('broken'), done('x')]), { message: 'broken' });
  }
  const later = failed('later');
  t.like(testAny([done('a'), later]), { value: 'a' });
  t.is(testAll([later, pending()]), undefined);
  await t.throwsAsync(later, { message: 'later' });
  await turn();
});

test('ten thousand waitAny calls leave nothing on a request that stays pending', async (t) => {
  const long = pending();
  const waits: WeakRef<object>[] = [];
  let results = 0;
  for (let round = 0; round < 10_000; round += 1) {
    const short = pending();
    const any = waitAny([long, short]);
    waits.push(new WeakRef(any));
    Request.complete(short, String(round));
    if ((await any)?.value === String(round)) results += 1;
  }
  t.is(results, 10_000);
  // A WeakRef holds its target until the end of the turn in which it was made.
  await turn();
  collectGarbage();
  const kept = waits.filter((wait) => wait.deref() !== undefined).length;
  t.true(kept < 10, `${kept} results are still held`);
  let woken = 0;
  const last = waitAny([long]).then(() => {
    woken += 1;
  });
  Request.complete(long, 'end');
  await last;
  t.is(woken, 1);
});

test('a failure that a waitAny did not report is still one for who awaits the request', async (t) => {
  const [a, b] = [pending(), pending()];
  const any = waitAny([a, b]);
  Request.complete(a, 'a');
  t.like(await any, { index: 0 });
  Request.fail(b, () => new Error('later'));
  await t.throwsAsync(b, { message: 'later' });
});

test('what is no request is refused with its place', async (t) => {
  const text = (call: string) =>
    `${call}: requests[1] must be what an operation of tsmpi returned, or undefined, not another promise; Promise.race and Promise.all take all promises`;
  const wrong = [done('a'), Promise.resolve('b')] as never;
  for (const [call, wait] of Object.entries({ waitAny, waitSome })) {
    await t.throwsAsync(wait(wrong), { code: 'ERR_ARG', message: text(call) });
  }
  for (const [call, look] of Object.entries({ testAll, testAny, testSome })) {
    t.throws(() => look(wrong), { code: 'ERR_ARG', message: text(call) });
    t.throws(() => look(5 as never), {
      code: 'ERR_ARG',
      message: `${call}: takes a list of requests, not 5`,
    });
  }
});
