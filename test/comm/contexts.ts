import test from 'ava';
import { Contexts } from '../../src/comm/contexts.ts';

test('no two ranks give out the same context, and none the one of the world', (t) => {
  const all = [0, 1, 2].flatMap((rank) => {
    const contexts = new Contexts(rank, { first: 0, count: 3 });
    return Array.from({ length: 100 }, () => contexts.next());
  });
  t.is(new Set(all).size, 300);
  t.true(all.every((context) => context > 0 && context % 2 === 0));
});

test('when there are no more, making one fails', (t) => {
  const contexts = new Contexts(2, { first: 0, count: 3 }, Math.floor(2 ** 30 / 3) - 1);
  t.true(contexts.next() + 1 < 2 ** 31);
  t.throws(() => contexts.next(), {
    code: 'ERR_OTHER',
    message: /^no communicator can be made any more: rank 2 has made \d+ of them; make them once/,
  });
});
