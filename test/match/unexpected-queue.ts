import test from 'ava';
import fc from 'fast-check';
import { type Envelope, matches } from '../../src/match/envelope.ts';
import { UnexpectedQueue } from '../../src/match/unexpected-queue.ts';
import { anyEnvelope, exactEnvelope, exactly } from '../helpers/envelopes.ts';
import { holds } from '../helpers/property.ts';

type Step =
  | { readonly add: Envelope }
  | { readonly take: Envelope }
  | { readonly look: Envelope }
  | { readonly remove: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ add: exactEnvelope }), weight: 3 },
  fc.record({ take: anyEnvelope }),
  fc.record({ look: anyEnvelope }),
  fc.record({ remove: fc.nat(30) }),
);

/** So many sources have messages: see `exactEnvelope`. */
const SOURCES = 3;

test('an unexpected queue does what a list does that is searched from its oldest entry', async (t) => {
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const queue = new UnexpectedQueue<Envelope>();
    const model: Envelope[] = [];
    const all: Envelope[] = [];
    for (const next of steps) {
      if ('add' in next) {
        queue.add(next.add);
        model.push(next.add);
        all.push(next.add);
      } else if ('remove' in next) {
        const message = all[next.remove % Math.max(all.length, 1)];
        if (message === undefined) continue;
        const at = model.indexOf(message);
        if (at >= 0) model.splice(at, 1);
        exactly(queue.remove(message), at >= 0);
      } else {
        const wanted = 'take' in next ? next.take : next.look;
        const expected = model.find((message) => matches(wanted, message));
        exactly(queue.find(wanted), expected);
        if ('look' in next || expected === undefined) continue;
        model.splice(model.indexOf(expected), 1);
        exactly(queue.remove(expected), true);
      }
      exactly(queue.length, model.length);
    }
    [...queue].forEach((message, at) => void exactly(message, model[at]));
    for (const { tag } of all) {
      const found = queue.withTag(tag, SOURCES);
      exactly(
        found.every((message) => message.tag === tag && model.includes(message)),
        true,
      );
      for (let source = 0; source < SOURCES; source += 1) {
        const oldest = model.find((message) => matches({ source, tag }, message));
        exactly(oldest === undefined || found.includes(oldest), true);
      }
    }
  });
  await holds(t, property, 3000);
});
