import { inspect } from 'node:util';
import test from 'ava';
import { Request } from '../../src/request/request.ts';
import { waitAll, waitAny, waitSome } from '../../src/request/wait.ts';
import { pair, turn } from '../helpers/world.ts';

test('a request is a promise that also tells, without waiting, whether it is complete', async (t) => {
  const [a, b, { settle }] = pair();
  const receive = b.receive(0);
  t.true(receive instanceof Promise);
  t.false(receive.test());
  t.is(receive.status, undefined);
  await a.send('x', 1);
  await settle();
  t.true(receive.test());
  t.like(receive.status, { source: 0, tag: 0 });
  t.is(await receive, 'x');
  t.is(await receive, 'x', 'as often as one likes');
  t.is(await receive.then((value) => `${value}!`), 'x!');
  t.false(receive.then() instanceof Request, 'what is derived from it is a plain promise');
});

test('a request is no text and no number, so that a forgotten await is not read as one', async (t) => {
  const [a, b] = pair();
  const receive = b.receive<number>(0);
  const told = { code: 'ERR_REQUEST', message: /write `await` before it/ };
  t.throws(() => `${receive}`, told);
  t.throws(() => Number(receive), told);
  t.is(inspect(receive), 'Promise { <pending> }', 'but it can be shown');
  await a.send(7, 1);
  t.is(`${await receive}`, '7');
});

test('awaiting a completed request takes one turn of the microtask queue, like any promise', async (t) => {
  const [a] = pair();
  const order: string[] = [];
  const send = a.send('x', 1);
  const first = (async () => {
    await send;
    order.push('request');
  })();
  const second = (async () => {
    await Promise.resolve();
    order.push('promise');
  })();
  await Promise.all([first, second]);
  t.deepEqual(order, ['request', 'promise']);
});

/** Name the functions in a stack that belong to this file, innermost first. */
function ownFunctions(stack: string | undefined): string[] {
  const lines = (stack ?? '').split('\n').filter((line) => line.includes('build/test/request/'));
  return lines.map((line) => /at (?:async )?(\w+) \(/.exec(line)?.[1] ?? 'anonymous');
}

type Wait = (request: Request<unknown>) => Promise<unknown>;

async function awaitsIt(request: Request<unknown>): Promise<void> {
  await request;
}

async function helperOfUser(request: Request<unknown>): Promise<void> {
  await awaitsIt(request);
}

const WAITS: Record<string, [wait: Wait, functions: string[]]> = {
  'await itself': [awaitsIt, ['awaitsIt']],
  'async helpers': [helperOfUser, ['awaitsIt', 'helperOfUser']],
  'Promise.all': [
    async function awaitsAll(request) {
      await Promise.all([1, request]);
    },
    ['awaitsAll'],
  ],
  waitAll: [
    async function awaitsAll(request) {
      await waitAll([request]);
    },
    ['awaitsAll'],
  ],
  waitAny: [
    async function awaitsAny(request) {
      await waitAny([undefined, request]);
    },
    ['awaitsAny'],
  ],
  waitSome: [
    async function awaitsSome(request) {
      await waitSome([request]);
    },
    ['awaitsSome'],
  ],
};

for (const [name, [wait, functions]] of Object.entries(WAITS)) {
  test(`an error names the lines that wait, through ${name}`, async (t) => {
    const [, b, world] = pair({ eagerBytes: 0 });
    for (const start of [
      () => b.receive(0, { timeout: 5 }),
      () => b.probe(0, { timeout: 5 }),
      () => b.send('x', 0, { timeout: 5 }),
      () => b.sendReceive('x', 0, 0, { timeout: 5 }),
    ]) {
      const waiting = wait(start());
      await turn();
      world.clock.advance(5);
      const error = await t.throwsAsync(waiting, { code: 'ERR_TIMEOUT' });
      t.deepEqual(ownFunctions(error?.stack).slice(0, functions.length), functions);
      await world.settle();
    }
  });

  test(`the loss of a rank names the lines that wait, through ${name}`, async (t) => {
    for (const kind of ['receive', 'send', 'sendReceive'] as const) {
      const [, b, world] = pair({ eagerBytes: 0 });
      const request =
        kind === 'receive'
          ? b.receive(0)
          : kind === 'send'
            ? b.send('x', 0)
            : b.sendReceive('x', 0, 0);
      const waiting = wait(request);
      await turn();
      world.lose(0);
      const error = await t.throwsAsync(waiting, { code: 'ERR_PROC_FAILED' });
      t.deepEqual(ownFunctions(error?.stack).slice(0, functions.length), functions, kind);
    }
  });

  test(`where names the lines that wait for a request, again and again, through ${name}`, async (t) => {
    for (const kind of ['receive', 'sendReceive'] as const) {
      const [a, b, { engines, settle }] = pair();
      const request = kind === 'receive' ? b.receive(0) : b.sendReceive('y', 0, 0);
      const waiting = wait(request);
      for (let round = 0; round < 3; round += 1) {
        const [operation] = engines[1]?.operations() ?? [];
        const stack = await Request.where(operation?.request as Request<unknown>);
        t.deepEqual(ownFunctions(stack).slice(0, functions.length), functions, kind);
      }
      await a.send('x', 1);
      await t.notThrowsAsync(waiting);
      t.is(await request, 'x');
      await settle();
    }
  });
}

test('where is empty if nobody awaits the request, and once it is complete', async (t) => {
  const [a, b] = pair();
  const request = b.receive(0);
  t.is(await Request.where(request), '');
  const any = waitAny([request]);
  t.is(await Request.where(request), '');
  const waiting = awaitsIt(request);
  t.deepEqual(ownFunctions(await Request.where(request)).slice(0, 1), ['awaitsIt']);
  await a.send('x', 1);
  await waiting;
  t.is(await Request.where(request), '');
  t.like(await any, { value: 'x' });
  // To put it into a list is not to await it.
  const other = b.receive(0);
  const all = Promise.all([other]);
  t.is(await Request.where(other), '');
  await a.send('y', 1);
  t.deepEqual(await all, ['y']);
});

test('asking where of many at once, and just before the end, answers all', async (t) => {
  const [a, b, { settle }] = pair();
  const request = b.receive(0);
  const waiting = awaitsIt(request);
  const stacks = Promise.all([1, 2, 3].map(() => Request.where(request)));
  await a.send('x', 1);
  await settle();
  for (const stack of await stacks) t.deepEqual(ownFunctions(stack).slice(0, 1), ['awaitsIt']);
  await waiting;
  t.is(await request, 'x');
});

test('an expected error that nobody awaits is not reported as unhandled, nor is what follows from it', async (t) => {
  const [, b, world] = pair();
  const expected = b.receive(0);
  const joined = b.sendReceive('x', 0, 0);
  for (const operation of world.engines[1]?.operations() ?? []) {
    Request.expectFailure(operation.request);
  }
  world.lose(0);
  await turn();
  // Nothing handles them here either: were they not expected, this file would fail.
  t.true(expected.test());
  t.true(joined.test());
});
