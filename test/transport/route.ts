import test from 'ava';
import { Route } from '../../src/transport/route.ts';
import type { Transport } from '../../src/transport/transport.ts';

/** A transport that writes down what is asked of it. */
function recorder(name: string, ranks: readonly number[], log: string[]): Transport {
  return {
    name,
    reach: (rank) => ranks.includes(rank),
    send: (rank) => {
      log.push(`${name} sends to ${rank}`);
      return name === 'slow' ? Promise.resolve() : undefined;
    },
    listen: (wanted) => void log.push(`${name} listens: ${wanted}`),
    close: async () => void log.push(`${name} closes`),
  };
}

const FRAME = { header: new Uint8Array(1), payload: new Uint8Array(0) };

test('each frame takes the first transport that reaches its rank', async (t) => {
  const log: string[] = [];
  const first = recorder('first', [1], log);
  const route = new Route(3, [first, recorder('slow', [0, 1, 2], log)]);
  t.true(route.reach(2));
  t.false(route.reach(3));
  t.true(route.send(0, FRAME) instanceof Promise);
  t.is(route.send(1, FRAME), undefined);
  route.listen(true);
  await route.close();
  t.deepEqual(log, [
    'slow sends to 0',
    'first sends to 1',
    'first listens: true',
    'slow listens: true',
    'first closes',
    'slow closes',
  ]);
});

test('a rank that nothing reaches is found out at once', (t) => {
  t.throws(() => new Route(2, [recorder('first', [0], [])]), { message: /reaches rank 1/ });
});
