import test from 'ava';
import { CallQueue, callsAtOnce } from '../../src/native/call-queue.ts';

test('as many calls run at once as there are threads, the others in their order', (t) => {
  const queue = new CallQueue(2);
  const started: number[] = [];
  for (const call of [0, 1, 2, 3]) queue.enter(() => started.push(call));
  t.deepEqual(started, [0, 1]);
  queue.leave();
  t.deepEqual(started, [0, 1, 2]);
  queue.leave();
  queue.leave();
  queue.leave();
  queue.enter(() => started.push(4));
  t.deepEqual(started, [0, 1, 2, 3, 4]);
});

test('one thread of the pool is left to Node', (t) => {
  t.is(callsAtOnce(undefined), 3);
  t.is(callsAtOnce('9'), 8);
  t.is(callsAtOnce('1'), 1);
  t.is(callsAtOnce('many'), 3);
});
