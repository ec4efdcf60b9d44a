import test from 'ava';
import { MpiError } from '../../src/base/error.ts';
import type { Lock } from '../../src/store/lock.ts';
import { StoreNetwork, turns } from '../helpers/store-network.ts';

/** The message of the error with which something rejects. */
async function refusal(started: Promise<unknown>): Promise<string> {
  const error = await started.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof MpiError ? `${error.code} ${error.message}` : String(error);
}

test('values arrive as messages do', async (t) => {
  const network = new StoreNetwork(2);
  const { store } = network.process(0);
  const values = [
    0,
    -0,
    1.5,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    '',
    'NaN',
    '-0',
    '0:',
    'é\n',
    7n,
    true,
    null,
    [1, [undefined]],
    new Map([['a', new Set([1])]]),
    new Date(5),
    new Float64Array([1, 2]),
    new Uint8Array(0),
    new Uint8Array([1, 2, 255]),
    { a: { b: new Int16Array(3) } },
  ];
  const puts = values.map((value, n) => store.put(`${n}`, value));
  await network.settle();
  await Promise.all(puts);
  const gets = values.map((_, n) => network.process(1).store.get(`${n}`));
  await network.settle();
  t.deepEqual(await Promise.all(gets), values);
});

test('values are equal if they travel as the same bytes', async (t) => {
  const network = new StoreNetwork(1);
  const { store } = network.process(0);
  const same = async (there: unknown, expected: unknown): Promise<boolean> => {
    void store.put('k', there);
    const done = store.compareAndSet('k', expected, 'new');
    await network.settle();
    return await done;
  };
  t.true(await same({ a: 1, b: [2] }, { a: 1, b: [2] }));
  t.true(await same(Number.NaN, Number.NaN));
  t.true(await same(new Float32Array([1]), new Float32Array([1])));
  t.false(await same({ a: 1, b: 2 }, { b: 2, a: 1 }));
  t.false(await same(0, -0));
  t.false(await same(1, '1'));
  t.false(await same(new Uint8Array(4), new Int8Array(4)));
  t.false(await same(1, undefined));
});

test('undefined stands for no value: expected, it makes a key, and set, it deletes one', async (t) => {
  const network = new StoreNetwork(1);
  const { store } = network.process(0);
  const results = [
    store.compareAndSet('k', undefined, 1),
    store.compareAndSet('k', undefined, 2),
    store.get('k'),
    store.compareAndSet('k', 1, undefined),
    store.get('k'),
    store.delete('k'),
  ];
  await network.settle();
  t.deepEqual(await Promise.all(results), [true, false, 1, true, undefined, false]);
});

test('what is called in one go travels together, in its order', async (t) => {
  const network = new StoreNetwork(1);
  const { store, sent } = network.process(0);
  const all = Promise.all(Array.from({ length: 100 }, () => store.increment('n')));
  await network.settle();
  t.is(sent.length, 1);
  t.deepEqual(
    await all,
    Array.from({ length: 100 }, (_, n) => n + 1),
  );
});

test('so do the calls of functions that wait side by side', async (t) => {
  const network = new StoreNetwork(1);
  const { store, sent } = network.process(0);
  const count = async (): Promise<void> => {
    for (let n = 0; n < 10; n += 1) await store.increment('n');
  };
  const all = Promise.all(Array.from({ length: 50 }, count));
  await network.settle();
  await all;
  t.is(sent.length, 10);
});

test('much is sent in several lines, each of a bounded size', async (t) => {
  const network = new StoreNetwork(1);
  const { store, sent } = network.process(0);
  const all = Array.from({ length: 8 }, (_, n) => store.put(`${n}`, new Uint8Array(500_000)));
  await network.settle();
  await Promise.all(all);
  t.is(sent.length, 8);
});

test('a timeout and a signal end a wait, with who, what and why', async (t) => {
  const network = new StoreNetwork(2);
  const { store } = network.process(1);
  const given = new AbortController();
  const late = refusal(store.wait('config', { timeout: 20 }));
  const aborted = refusal(store.wait('config', { signal: given.signal }));
  await network.settle();
  network.clock.advance(20);
  given.abort('enough');
  await network.settle();
  t.is(
    await late,
    'ERR_TIMEOUT rank 1: store.wait "config": nobody put a value there within 20 ms',
  );
  t.is(await aborted, 'enough');
  t.is(await refusal(store.wait('config', { signal: given.signal })), 'enough');
  t.false(network.process(1).wanted);
});

test('a lock that was not free in time names its holder, and is not got later', async (t) => {
  const network = new StoreNetwork(2);
  const held = network.process(0).store.lock('log');
  await network.settle();
  const late = refusal(network.process(1).store.lock('log', { timeout: 5 }));
  await network.settle();
  network.clock.advance(5);
  await network.settle();
  t.is(
    await late,
    'ERR_TIMEOUT rank 1: store.lock "log": it was not free within 5 ms; rank 0 holds it',
  );
  void (await held).release();
  await network.settle();
  t.is(network.keeper.holders().size, 0);
});

test('a timeout of 0 takes what is there, and waits for nothing', async (t) => {
  const network = new StoreNetwork(2);
  const lock = network.process(0).store.lock('l', { timeout: 0 });
  network.clock.advance(0);
  await network.settle();
  t.true((await lock).held);
  const second = refusal(network.process(1).store.lock('l', { timeout: 0 }));
  network.clock.advance(0);
  await network.settle();
  t.regex(await second, /^ERR_TIMEOUT/);
});

test('a lock that is granted while its timeout passes is got', async (t) => {
  const network = new StoreNetwork(2);
  const first = network.process(0).store.lock('l');
  await network.settle();
  const second = network.process(1).store.lock('l', { timeout: 5 });
  await network.settle();
  void (await first).release();
  await turns();
  // The release goes to the keeper before the answer to process 1 does, and the clock comes between them.
  network.move(0);
  network.clock.advance(5);
  await network.settle();
  t.true((await second).held);
});

test('cancel says whether it undid the wait', async (t) => {
  const network = new StoreNetwork(1);
  const { store } = network.process(0);
  const waiting = store.wait('k');
  await network.settle();
  const undone = waiting.cancel();
  await network.settle();
  t.true(await undone);
  t.is(await refusal(waiting), 'ERR_CANCELLED rank 0: store.wait "k": cancelled');
  const woken = store.wait('k');
  void store.put('k', 1);
  const tooLate = woken.cancel();
  await network.settle();
  t.false(await tooLate);
  t.is(await woken, 1);
  t.false(await store.get('k').cancel());
});

test('await using gives a lock back at the end of the block, and release does it once', async (t) => {
  const network = new StoreNetwork(1);
  const { store } = network.process(0);
  let kept: Lock | undefined;
  const work = async (): Promise<void> => {
    await using lock = await store.lock('l');
    kept = lock;
    t.true(lock.held);
    throw new Error('amid');
  };
  const worked = refusal(work());
  await network.settle();
  t.is(await worked, 'Error: amid');
  t.false(kept?.held);
  t.is(network.keeper.holders().size, 0);
  const again = store.lock('l');
  await network.settle();
  await kept?.release();
  t.deepEqual([...network.keeper.holders()], [['l', 0]]);
  void (await again).release();
  await network.settle();
});

test('a wait is called hopeless once every other process has finished, and not before', async (t) => {
  const network = new StoreNetwork(3);
  const { store, link } = network.process(0);
  const process = network.process(0);
  const waiting = refusal(store.wait('k'));
  await network.settle();
  t.true(process.wanted);
  link.peerGone(1);
  t.true(process.wanted);
  link.peerGone(2);
  await network.settle();
  t.false(process.wanted, 'the event loop may run empty');
  t.true(link.deadEnd());
  t.is(
    await waiting,
    'ERR_PROC_FINISHED rank 0: store.wait "k": it can never complete: every other rank has finished, and this rank has nothing else under way',
  );
  t.false(link.deadEnd());
  const own = store.wait('k');
  void store.put('k', 2);
  t.true(process.wanted, 'an answer is on its way');
  await network.settle();
  t.is(await own, 2);
});

test('what the last of the others leaves is waited for, whoever hears of its end first', async (t) => {
  const network = new StoreNetwork(2);
  const { store, link } = network.process(0);
  const held = network.process(1).store.lock('l');
  await network.settle();
  const waiting = store.lock('l');
  await network.settle();
  link.peerGone(1, 'rank 1 was killed by SIGKILL');
  t.true(network.process(0).wanted);
  network.kill(1);
  await network.settle();
  t.true((await waiting).abandoned);
  t.is((await held).name, 'l');
});

test('if one of the others was lost, that is the reason', async (t) => {
  const network = new StoreNetwork(2);
  const { store, link } = network.process(0);
  const waiting = refusal(store.wait('k'));
  await network.settle();
  link.peerGone(1, 'rank 1 was killed by SIGKILL');
  link.deadEnd();
  t.is(
    await waiting,
    'ERR_PROC_FAILED rank 0: store.wait "k": it can never complete: rank 1 was killed by SIGKILL, no other rank is left, and this rank has nothing else under way',
  );
});

test('processes that come later may let a wait go on', async (t) => {
  const network = new StoreNetwork(2);
  const { store, link } = network.process(0);
  const waiting = store.wait('k');
  await network.settle();
  link.peerGone(1);
  await network.settle();
  t.false(network.process(0).wanted);
  link.grow(3);
  t.true(network.process(0).wanted);
  void network.process(1).store.put('k', 1);
  await network.settle();
  t.is(await waiting, 1);
});

test('the end of the job ends what waits, and what would wait later, with its reason', async (t) => {
  const network = new StoreNetwork(2);
  const { store, link } = network.process(0);
  const held = network.process(1).store.lock('l');
  await network.settle();
  const waiting = refusal(store.lock('l'));
  await network.settle();
  link.jobEnding(1, 'rank 1 was killed by SIGKILL');
  const reason = 'rank 1 was killed by SIGKILL';
  t.is(await waiting, `ERR_PROC_FAILED rank 0: store.lock "l": ${reason}`);
  t.is(await refusal(store.wait('k')), `ERR_PROC_FAILED rank 0: store.wait "k": ${reason}`);
  void (await held).release();
  await network.settle();
  t.is(network.keeper.holders().size, 0, 'who gave up gets no lock');
  const put = store.put('last', 'words');
  await network.settle();
  t.is(await put, undefined);
});

test('finalize waits for answers that will come, and ends what waits for others', async (t) => {
  const network = new StoreNetwork(2);
  const { store, link } = network.process(0);
  const lock = store.lock('l');
  await network.settle();
  const put = store.put('k', 1);
  const waiting = store.wait('never');
  let finalized = false;
  const finalizing = link.finalize().then(() => {
    finalized = true;
  });
  await turns();
  t.false(finalized);
  await network.settle();
  await finalizing;
  t.is(await put, undefined);
  t.is(
    await refusal(waiting),
    'ERR_FINALIZED rank 0: store.wait "never": finalize() was called before anybody put a value there',
  );
  t.is(
    await refusal(store.get('k')),
    'ERR_FINALIZED rank 0: store.get "k": called after finalize()',
  );
  t.false((await lock).held);
  t.is(await (await lock).release(), undefined, 'finalize has done it');
});

test('what waits is told with the lock that it waits for', async (t) => {
  const network = new StoreNetwork(3);
  const { store, link } = network.process(0);
  const held = network.process(1).store.lock('l');
  await network.settle();
  const waiting = [store.lock('l'), store.wait('k'), store.get('k')];
  await network.settle();
  network.clock.advance(7);
  t.deepEqual(
    link.waits().map(({ call, waitsFor, since, lock }) => [call, waitsFor, since, lock]),
    [
      ['store.lock "l"', [], 0, 'l'],
      ['store.wait "k"', [1, 2], 0, undefined],
    ],
  );
  void store.put('k', 1);
  void (await held).release();
  await network.settle();
  await Promise.all(waiting);
  t.deepEqual(link.waits(), []);
});

/** Calls that are refused, and what with. */
const WRONG: readonly [(network: StoreNetwork) => Promise<unknown>, string][] = [
  [
    (n) => n.process(0).store.put('k', { a: [() => 1] }),
    'ERR_TYPE rank 0: store.put "k": value.a[0] is a function and cannot be sent; send data, or the name of an exported function',
  ],
  [
    (n) => n.process(0).store.put('k', undefined),
    'ERR_TYPE rank 0: store.put "k": undefined stands for no value; use store.delete instead',
  ],
  [
    (n) => n.process(0).store.put('k', new Uint8Array(5_000_000)),
    'ERR_COUNT rank 0: store.put "k": the value takes 5000000 bytes, and the store takes 4194304 at most; send it as a message, or put it in parts',
  ],
  [
    (n) => n.process(0).store.get(7 as unknown as string),
    'ERR_ARG rank 0: store.get: the key must be a string of 1 to 1024 characters, not 7',
  ],
  [
    (n) => n.process(0).store.lock(''),
    'ERR_ARG rank 0: store.lock "": the name must be a string of 1 to 1024 characters, not one of 0',
  ],
  [
    (n) => n.process(0).store.keys('p'.repeat(1025)),
    `ERR_ARG rank 0: store.keys "${'p'.repeat(40)}": the prefix must be a string of 0 to 1024 characters, not one of 1025`,
  ],
  [
    (n) => n.process(0).store.increment('k', '1' as unknown as number),
    'ERR_ARG rank 0: store.increment "k": by must be a finite number, not "1"',
  ],
  [
    (n) => n.process(0).store.wait('k', { timeout: -1 }),
    'ERR_ARG rank 0: store.wait "k": timeout -1 is not a number of milliseconds from 0 to 2147483647',
  ],
  [
    (n) => n.process(0).store.lock('k', 5 as unknown as object),
    'ERR_ARG rank 0: store.lock "k": the options must be an object such as { timeout: 1000 }, not 5',
  ],
];

for (const [call, expected] of WRONG) {
  test(`who calls with something wrong is told: ${expected.slice(0, 90)}`, async (t) => {
    t.is(await refusal(call(new StoreNetwork(1))), expected);
  });
}

test('an increment of what is no number says what is there, and leaves it', async (t) => {
  const network = new StoreNetwork(1);
  const { store } = network.process(0);
  void store.put('k', 'seven');
  const refused = refusal(store.increment('k'));
  const there = store.get('k');
  await network.settle();
  t.is(
    await refused,
    'ERR_TYPE rank 0: store.increment "k": the value there is "seven", not a number; put a number there first, or use another key',
  );
  t.is(await there, 'seven');
});

test('keys come in order, all or those with a prefix, however many', async (t) => {
  const network = new StoreNetwork(1);
  const { store } = network.process(0);
  const names = [
    'b',
    'a/2',
    'a/10',
    ...Array.from({ length: 2500 }, (_, n) => `${n}`.padEnd(1000)),
  ];
  const puts = names.map((name) => store.put(name, 0));
  const listed = [store.keys('a/'), store.keys('c'), store.keys()];
  await network.settle();
  await Promise.all(puts);
  t.deepEqual(await listed[0], ['a/10', 'a/2']);
  t.deepEqual(await listed[1], []);
  t.deepEqual(await listed[2], names.toSorted());
});
