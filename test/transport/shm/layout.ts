import test from 'ava';
import { SegmentLayout } from '../../../src/transport/shm/layout.ts';

const SOME = new SegmentLayout(3, 4096, [2, 5, 9]);
const FIRST = new SegmentLayout(3, 4096);

test('some ranks of a world share memory as the first ones would', (t) => {
  t.is(SOME.bytes, FIRST.bytes);
  for (const [place, rank] of SOME.ranks.entries()) {
    t.is(SOME.sleepWord(rank), FIRST.sleepWord(place));
    t.is(SOME.processWord(rank), FIRST.processWord(place));
    for (const [other, peer] of SOME.ranks.entries()) {
      if (peer === rank) continue;
      t.is(SOME.controlWord(rank, peer), FIRST.controlWord(place, other));
      t.is(SOME.ringAt(rank, peer), FIRST.ringAt(place, other));
    }
  }
});

test('it is known which ranks those are', (t) => {
  t.deepEqual(
    [-1, 0, 1, 2, 3, 5, 9, 10].filter((rank) => SOME.has(rank)),
    [2, 5, 9],
  );
  t.deepEqual(
    [-1, 0, 1, 2, 3].filter((rank) => FIRST.has(rank)),
    [0, 1, 2],
  );
});
