import test from 'ava';
import fc from 'fast-check';
import { parseCalls, type StoreAnswer, type StoreCall } from '../../src/keeper/call.ts';
import { type Answers, Keeper } from '../../src/keeper/keeper.ts';
import { NaiveKeeper, type Said } from '../helpers/naive-keeper.ts';
import { holds } from '../helpers/property.ts';

const key = fc.constantFrom('a', 'b', 'ab');
const value = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constantFrom('0:x', '0:y'));
const maybe = fc.option(value, { nil: undefined });

type Step =
  | { readonly client: number; readonly gone: true }
  | { readonly client: number; readonly call: StoreCall };

const call = fc.oneof(
  fc.record({ op: fc.constantFrom('get', 'delete'), key }),
  fc.record({ op: fc.constantFrom('wait', 'lock'), key }),
  fc.record({ op: fc.constant('put'), key, value }),
  fc.record({ op: fc.constant('increment'), key, by: fc.integer({ min: -1, max: 1 }) }),
  fc.record({ op: fc.constant('compareAndSet'), key, expected: maybe, value: maybe }),
  fc.record({ op: fc.constant('keys'), prefix: fc.constantFrom('', 'a', 'c') }),
  fc.record({ op: fc.constantFrom('release', 'withdraw'), key, lock: fc.constant(-1) }),
);

/** Calls are numbered from 0. What goes back to an earlier one names it rightly, if that is one to go back to. */
const program = fc
  .array(
    fc.record({ client: fc.nat(2), gone: fc.nat(30).map((n) => n === 0), call, back: fc.nat(30) }),
    { maxLength: 40 },
  )
  .map((steps) =>
    steps.map(({ client, gone, call: one, back }, id): Step => {
      if (gone) return { client, gone };
      const first = steps[id === 0 ? 0 : back % id];
      const goesBack = one.op === 'release' || one.op === 'withdraw';
      if (first === undefined || !goesBack || !['wait', 'lock'].includes(first.call.op)) {
        return { client, call: { id, ...one } as StoreCall };
      }
      const earlier = steps.indexOf(first);
      const link = one.op === 'release' ? { id, lock: earlier } : { id: earlier };
      const named = { ...one, ...link, key: (first.call as { key?: string }).key };
      return { client: first.client, call: named as StoreCall };
    }),
  );

function flat(answers: Answers): Said[] {
  return [...answers].flatMap(([client, all]) => all.map((answer): Said => [client, answer]));
}

/** What each client hears, in its order. */
function heard(said: readonly Said[]): unknown {
  const byClient = new Map<number, StoreAnswer[]>();
  for (const [client, answer] of said) {
    byClient.set(client, [...(byClient.get(client) ?? []), answer]);
  }
  // As it travels, where what is undefined is left out.
  return JSON.parse(JSON.stringify([...byClient].sort(([a], [b]) => a - b)));
}

test('random programs get the answers of a store that is made of plain lists', async (t) => {
  const property = fc.property(program, (steps) => {
    const keeper = new Keeper();
    const naive = new NaiveKeeper();
    for (const step of steps) {
      const { client } = step;
      const told = 'gone' in step ? keeper.gone(client) : keeper.take(client, [step.call]);
      const expected = 'gone' in step ? naive.gone(client) : naive.do(client, step.call);
      const [real, plain] = [heard(flat(told)), heard(expected)];
      if (JSON.stringify(real) !== JSON.stringify(plain)) {
        throw new Error(
          `${JSON.stringify(step)}: ${JSON.stringify(real)}, not ${JSON.stringify(plain)}`,
        );
      }
    }
  });
  await holds(t, property, 3000);
});

test('another keeper that is handed over what one process has left goes on as the first would', async (t) => {
  const property = fc.property(fc.tuple(program, fc.nat(40)), ([steps, at]) => {
    const first = new Keeper();
    const second = new Keeper();
    const calls = steps.flatMap((step) => ('call' in step ? [step.call] : []));
    first.take(0, calls.slice(0, at));
    second.take(0, first.handOver());
    for (const one of calls.slice(at)) {
      const [real, plain] = [first, second].map((keeper) => heard(flat(keeper.take(0, [one]))));
      if (JSON.stringify(real) !== JSON.stringify(plain)) throw new Error(JSON.stringify(one));
    }
  });
  await holds(t, property, 1000);
});

test('a call is what it was once it has travelled', async (t) => {
  const property = fc.property(call, (one) => {
    const text = JSON.stringify([{ id: 7, ...one }]);
    return JSON.stringify(parseCalls(JSON.parse(text))) !== undefined;
  });
  await holds(t, property, 200);
  t.deepEqual(parseCalls([{ op: 'put', id: 1, key: 'k', value: 3, more: 'x' }]), [
    { op: 'put', id: 1, key: 'k', value: 3 },
  ]);
});

for (const wrong of [
  'x',
  [null],
  [{ op: 'put', id: 1, key: 'k' }],
  [{ op: 'put', id: 1, key: 'k', value: {} }],
  [{ op: 'get', id: '1', key: 'k' }],
  [{ op: 'get', id: 1 }],
  [{ op: 'increment', id: 1, key: 'k', by: '1' }],
  [{ op: 'release', id: 1, key: 'k' }],
  [{ op: 'compareAndSet', id: 1, key: 'k', expected: [] }],
  [{ op: 'compareAndSet', id: 1, key: 'k', value: true }],
  [{ op: 'keys', id: 1 }],
  [{ op: 'drop', id: 1, key: 'k' }],
]) {
  test(`what is no list of calls is none: ${JSON.stringify(wrong)}`, (t) => {
    t.is(parseCalls(wrong), undefined);
  });
}

test('one put wakes all that wait for its key, whoever they are, and nobody else', (t) => {
  const keeper = new Keeper();
  for (let client = 0; client < 8; client += 1) {
    keeper.take(client, [{ op: 'wait', id: client, key: client < 7 ? 'k' : 'other' }]);
  }
  const told = flat(keeper.take(9, [{ op: 'put', id: 1, key: 'k', value: 5 }]));
  t.deepEqual(told, [
    ...[0, 1, 2, 3, 4, 5, 6].map((client): Said => [client, { id: client, value: 5 }]),
    [9, { id: 1 }],
  ]);
});

test('a lock goes around in the order in which it was asked for', (t) => {
  const keeper = new Keeper();
  for (const client of [3, 1, 2]) keeper.take(client, [{ op: 'lock', id: 1, key: 'l' }]);
  const order: (number | undefined)[] = [keeper.holders().get('l')];
  for (const client of [3, 1, 2]) {
    keeper.take(client, [{ op: 'release', id: 2, key: 'l', lock: 1 }]);
    order.push(keeper.holders().get('l'));
  }
  t.deepEqual(order, [3, 1, 2, undefined]);
});

test('whoever gets the lock of one that is gone learns of that, then or later, and only the first', (t) => {
  const keeper = new Keeper();
  keeper.take(0, [{ op: 'lock', id: 1, key: 'l' }]);
  keeper.take(1, [{ op: 'lock', id: 1, key: 'l' }]);
  t.deepEqual(flat(keeper.gone(0)), [[1, { id: 1, abandoned: true }]]);
  t.deepEqual(flat(keeper.gone(1)), []);
  const lock = (client: number, id: number): Said[] =>
    flat(keeper.take(client, [{ op: 'lock', id, key: 'l' }]));
  t.deepEqual(lock(2, 1), [[2, { id: 1, abandoned: true }]]);
  keeper.take(2, [{ op: 'release', id: 2, key: 'l', lock: 1 }]);
  t.deepEqual(lock(3, 1), [[3, { id: 1 }]]);
});

test('a number stays one whatever it is', (t) => {
  const keeper = new Keeper();
  const increment = (by: number): unknown =>
    keeper.take(0, [{ op: 'increment', id: 1, key: 'n', by }]).get(0)?.[0]?.value;
  keeper.take(0, [{ op: 'put', id: 1, key: 'n', value: '-0' }]);
  t.is(increment(0.5), 0.5);
  t.is(increment(Number.MAX_VALUE), Number.MAX_VALUE);
  t.is(increment(Number.MAX_VALUE), 'Infinity');
  t.is(increment(-1), 'Infinity');
  keeper.take(0, [{ op: 'put', id: 1, key: 'n', value: 'NaN' }]);
  t.is(increment(1), 'NaN');
});

test('many long keys are told in pieces', (t) => {
  const keeper = new Keeper();
  const long = 'k'.repeat(1000);
  for (let n = 0; n < 3000; n += 1) {
    keeper.take(0, [{ op: 'put', id: n, key: `${long}${n}`, value: n }]);
  }
  const answers = keeper.take(0, [{ op: 'keys', id: 9, prefix: 'k' }]).get(0) ?? [];
  t.is(answers.length, 4);
  t.deepEqual(
    answers.map(({ more }) => more),
    [true, true, true, undefined],
  );
  t.is(new Set(answers.flatMap(({ keys }) => keys)).size, 3000);
});
