import test from 'ava';
import { type Random, seededRandom } from '../../src/base/random.ts';
import type { Store } from '../../src/store/store.ts';
import { linearizable, type Observed } from '../helpers/linearizable.ts';
import { StoreNetwork, turns } from '../helpers/store-network.ts';

/** Calls as their arguments; values are small numbers, and 0 stands for none. */
type Call = readonly [
  op: 'put' | 'get' | 'increment' | 'swap' | 'delete',
  key: string,
  a: number,
  b: number,
];
type Values = Readonly<Record<string, number>>;

function made(store: Store, [op, key, a, b]: Call): Promise<unknown> {
  const orNone = (value: number): number | undefined => (value === 0 ? undefined : value);
  switch (op) {
    case 'put':
      return store.put(key, a + 1);
    case 'get':
      return store.get(key);
    case 'increment':
      return store.increment(key);
    case 'swap':
      return store.compareAndSet(key, orNone(a), orNone(b));
    case 'delete':
      return store.delete(key);
  }
}

/** The same, done at once and alone. */
function applied(values: Values, [op, key, a, b]: Call): readonly [Values, unknown] {
  const there = values[key];
  const without = Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
  const set = (value: number): Values =>
    Object.fromEntries(Object.entries({ ...without, [key]: value }).sort());
  switch (op) {
    case 'put':
      return [set(a + 1), undefined];
    case 'get':
      return [values, there];
    case 'increment':
      return [set((there ?? 0) + 1), (there ?? 0) + 1];
    case 'swap':
      if ((there ?? 0) !== a) return [values, false];
      return [b === 0 ? without : set(b), true];
    case 'delete':
      return [without, there !== undefined];
  }
}

function randomCall(random: Random): Call {
  const ops = ['put', 'get', 'increment', 'swap', 'delete'] as const;
  const below = (bound: number): number => Math.floor(random() * bound);
  return [ops[below(5)] ?? 'get', ['x', 'y'][below(2)] ?? 'x', below(3), below(3)];
}

/** Let processes make calls, some at once and some after others, while messages move at random. */
async function play(seed: number): Promise<Observed<Call>[]> {
  const random = seededRandom(seed);
  const network = new StoreNetwork(3);
  const history: Observed<Call>[] = [];
  let now = 0;
  let running = 0;
  const run = async (store: Store, calls: readonly Call[]): Promise<void> => {
    running += 1;
    for (const call of calls) {
      now += 1;
      const start = now;
      const result = await made(store, call);
      now += 1;
      history.push({ call, start, end: now, result });
    }
    running -= 1;
  };
  const done = network.processes.flatMap(({ store }) =>
    [2, 3].map((count) =>
      run(
        store,
        Array.from({ length: count }, () => randomCall(random)),
      ),
    ),
  );
  while (running > 0) {
    network.move(random());
    await turns();
  }
  await Promise.all(done);
  return history;
}

test('whatever processes see of random calls has one order that explains it', async (t) => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const history = await play(seed);
    t.is(history.length, 15);
    if (!linearizable(history, {}, applied)) t.fail(`seed ${seed}: ${JSON.stringify(history)}`);
  }
});

test('the search finds out when there is no such order', (t) => {
  const seen = (call: Call, start: number, end: number, result: unknown): Observed<Call> => ({
    call,
    start,
    end,
    result,
  });
  const put = seen(['put', 'x', 0, 0], 1, 2, undefined);
  t.true(linearizable([put, seen(['get', 'x', 0, 0], 3, 4, 1)], {}, applied));
  t.false(linearizable([put, seen(['get', 'x', 0, 0], 3, 4, undefined)], {}, applied));
  t.true(linearizable([put, seen(['get', 'x', 0, 0], 1, 4, undefined)], {}, applied));
  const increments = [1, 1].map((result) => seen(['increment', 'n', 0, 0], 1, 9, result));
  t.false(linearizable(increments, {}, applied));
});

test('increments of eight processes at once are all counted, and no two give the same number', async (t) => {
  const random = seededRandom(4);
  const network = new StoreNetwork(8);
  const all = Promise.all(
    network.processes.flatMap(({ store }) =>
      Array.from({ length: 5 }, async () => {
        const seen: number[] = [];
        for (let n = 0; n < 20; n += 1) seen.push(await store.increment('n'));
        return seen;
      }),
    ),
  );
  let over = false;
  void all.then(() => {
    over = true;
  });
  while (!over) {
    network.move(random());
    await turns();
  }
  const seen = await all;
  t.deepEqual(
    seen.flat().sort((a, b) => a - b),
    Array.from({ length: 800 }, (_, n) => n + 1),
  );
  for (const one of seen)
    t.deepEqual(
      one,
      one.toSorted((a, b) => a - b),
    );
});

test('what a lock protects is never changed by two, though some give up and some die', async (t) => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seededRandom(seed);
    const network = new StoreNetwork(4);
    let inside = 0;
    let got = 0;
    const work = async ({ store }: { store: Store }, rank: number): Promise<void> => {
      for (let n = 0; n < 6; n += 1) {
        const timeout = random() < 0.3 ? { timeout: 5 } : {};
        const lock = await store.lock('l', timeout).catch(() => undefined);
        if (lock === undefined) continue;
        got += 1;
        inside += 1;
        if (inside > 1) t.fail(`seed ${seed}: ${inside} hold the lock`);
        const value = (await store.get<number>('v')) ?? 0;
        await store.put('v', value + 1);
        inside -= 1;
        if (rank === 3 && n === 2) {
          // It dies with the lock.
          network.kill(3);
          return;
        }
        await lock.release();
      }
    };
    let over = false;
    const all = Promise.all(network.processes.map(work)).then(() => {
      over = true;
    });
    for (let step = 0; !over && step < 20_000; step += 1) {
      network.move(random());
      if (random() < 0.2) network.clock.advance(1);
      await turns();
    }
    t.true(over, `seed ${seed} came to an end`);
    await all;
    const value = network.process(0).store.get('v');
    await network.settle();
    t.is(await value, got, `seed ${seed}`);
    t.is(network.keeper.holders().size, 0);
  }
});
