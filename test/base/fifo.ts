import test from 'ava';
import fc from 'fast-check';
import { Fifo } from '../../src/base/fifo.ts';
import { exactly } from '../helpers/envelopes.ts';
import { holds } from '../helpers/property.ts';

test('a fifo does what an array does', async (t) => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant('push' as const) },
    { weight: 4, arbitrary: fc.constant('shift' as const) },
    { weight: 1, arbitrary: fc.nat(400) },
  );
  const property = fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
    const fifo = new Fifo<number>();
    const model: number[] = [];
    for (const [at, next] of steps.entries()) {
      if (next === 'push') {
        fifo.push(at);
        model.push(at);
      } else if (next === 'shift') {
        exactly(fifo.shift(), model.shift());
      } else {
        const found = model.indexOf(next);
        if (found >= 0) model.splice(found, 1);
        exactly(fifo.remove(next), found >= 0);
      }
      exactly(fifo.length, model.length);
      exactly(fifo.peek(), model[0]);
    }
    exactly([...fifo].join(), model.join());
  });
  await holds(t, property, 300);
});

test('a fifo gives the room of its front back', (t) => {
  const fifo = new Fifo<object>();
  const first = {};
  fifo.push(first);
  for (let at = 0; at < 1000; at += 1) fifo.push({});
  t.is(fifo.shift(), first);
  t.false(fifo.remove(first));
  for (let at = 0; at < 1000; at += 1) t.truthy(fifo.shift());
  t.is(fifo.shift(), undefined);
  t.is(fifo.length, 0);
});
