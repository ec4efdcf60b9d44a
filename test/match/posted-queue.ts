import test from 'ava';
import fc from 'fast-check';
import { matches } from '../../src/match/envelope.ts';
import { type Posted, PostedQueue } from '../../src/match/posted-queue.ts';
import { anyEnvelope, exactEnvelope, exactly } from '../helpers/envelopes.ts';
import { holds } from '../helpers/property.ts';

type Step =
  | { readonly post: Omit<Posted, 'order'> }
  | { readonly take: Omit<Posted, 'order'> }
  | { readonly remove: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ post: anyEnvelope }),
  fc.record({ take: exactEnvelope }),
  fc.record({ remove: fc.nat(30) }),
);

test('a posted queue does what a list does that is searched from its oldest entry', async (t) => {
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const queue = new PostedQueue<Posted>(4);
    const model: Posted[] = [];
    const all: Posted[] = [];
    for (const next of steps) {
      if ('post' in next) {
        const receive = { ...next.post, order: 0 };
        queue.post(receive);
        model.push(receive);
        all.push(receive);
      } else if ('take' in next) {
        const at = model.findIndex((receive) => matches(receive, next.take));
        const expected = at < 0 ? undefined : model.splice(at, 1)[0];
        exactly(queue.take(next.take), expected);
      } else {
        const receive = all[next.remove % Math.max(all.length, 1)];
        if (receive === undefined) continue;
        const at = model.indexOf(receive);
        if (at >= 0) model.splice(at, 1);
        exactly(queue.remove(receive), at >= 0);
      }
    }
    const left = [...queue].sort((a, b) => a.order - b.order);
    exactly(left.length, model.length);
    left.forEach((receive, at) => void exactly(receive, model[at]));
  });
  await holds(t, property, 3000);
});

test('a posted queue stays exact over more envelopes than it keeps empty buckets for', (t) => {
  const queue = new PostedQueue<Posted>();
  for (let round = 0; round < 2; round += 1) {
    const receives = Array.from({ length: 1000 }, (_, tag) => ({ source: 3, tag, order: 0 }));
    for (const receive of receives) queue.post(receive);
    for (const receive of receives) {
      t.is(queue.take({ source: 3, tag: receive.tag }), receive);
      t.is(queue.take({ source: 3, tag: receive.tag }), undefined);
    }
  }
  t.deepEqual([...queue], []);
});
