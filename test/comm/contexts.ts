import test from 'ava';
import { Contexts, worldContext } from '../../src/comm/contexts.ts';
import { numbersIn } from '../../src/group/world-span.ts';

test('no two ranks give out the same context, and none the one of the world', (t) => {
  const all = [0, 1, 2].flatMap((rank) => {
    const contexts = new Contexts(rank, { first: 0, count: 3 });
    return Array.from({ length: 100 }, () => contexts.next());
  });
  t.is(new Set(all).size, 300);
  t.true(all.every((context) => context > 0 && context % 2 === 0));
});

test('when there are no more, making one fails', (t) => {
  const contexts = new Contexts(2, { first: 0, count: 3 }, Math.floor(2 ** 30 / 3) - 2);
  t.true(contexts.next() + 1 < 2 ** 31);
  t.throws(() => contexts.next(), {
    code: 'ERR_OTHER',
    message: /^no communicator can be made any more: rank 2 has made \d+ of them; make them once/,
  });
});

test('nor do processes that were spawned, whatever their worlds', (t) => {
  const spans = [
    { first: 0, count: 3 },
    { first: 3, count: 1 },
    { first: 4, count: 5 },
    { first: 9, count: 100 },
    { first: 65_535, count: 2 },
  ];
  const all = spans.flatMap((span) => [
    worldContext(span),
    ...numbersIn(span).flatMap((rank) => {
      const contexts = new Contexts(rank, span);
      return Array.from({ length: 50 }, () => contexts.next());
    }),
  ]);
  t.is(new Set(all).size, all.length);
  t.true(all.every((context) => context >= 0 && context % 2 === 0 && context < 2 ** 32));
  t.true(all.slice(151).every((context) => context >= 2 ** 31));
});

test('a process has the fewer contexts the later it was spawned', (t) => {
  const left = (rank: number, given: number): Contexts =>
    new Contexts(rank, { first: rank, count: 1 }, given);
  for (const [rank, count] of [
    [1, 2 ** 25],
    [4, 2 ** 23],
    [1000, 2 ** 16],
    [65_536, 2 ** 9],
  ] as const) {
    t.true(left(rank, count - 1).next() < 2 ** 32);
    t.throws(() => left(rank, count).next(), { code: 'ERR_OTHER' });
  }
});
