import test from 'ava';
import { SpareMemory } from '../../src/match/spare-memory.ts';

test('memory that was given back is taken again, if it is long enough', (t) => {
  const spare = new SpareMemory();
  const first = spare.take(1000);
  spare.give(first);
  const second = spare.take(900);
  t.is(second.buffer, first.buffer);
  t.is(second.length, 900);
  t.not(spare.take(900).buffer, first.buffer, 'one user at a time');
  spare.give(second);
  t.not(spare.take(1001).buffer, first.buffer);
});

test('a copy in used memory holds the bytes, and no more of them', (t) => {
  const spare = new SpareMemory();
  spare.give(spare.take(100).fill(9));
  t.deepEqual(spare.copyOf(Uint8Array.of(1, 2, 3)), Uint8Array.of(1, 2, 3));
});

test('of two the longer one is kept', (t) => {
  const spare = new SpareMemory();
  const short = spare.take(100);
  const long = spare.take(200);
  spare.give(long);
  spare.give(short);
  t.is(spare.take(1).buffer, long.buffer);
});

test('memory that is much too long for 64 messages in a row is given up, and so is very long memory', (t) => {
  const spare = new SpareMemory();
  const large = spare.take(2 ** 20);
  spare.give(large);
  let messages = 0;
  for (let memory = spare.take(10); memory.buffer === large.buffer; memory = spare.take(10)) {
    spare.give(memory);
    messages += 1;
  }
  t.is(messages, 64);
  const huge = spare.take(17 * 2 ** 20);
  spare.give(huge);
  t.not(spare.take(10).buffer, huge.buffer);
});
