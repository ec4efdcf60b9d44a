import test from 'ava';
import { Scratch } from '../../src/match/scratch.ts';

test('an array that was given back is taken again, if kind and length are the same', (t) => {
  const scratch = new Scratch();
  const array = scratch.take(new Float64Array(9), 3);
  t.deepEqual(array, new Float64Array(3));
  scratch.give(array);
  t.is(scratch.take(new Float64Array(1), 3), array);
  t.not(scratch.take(new Float64Array(1), 3), array, 'it is lent already');
  scratch.give(array);
  t.deepEqual(scratch.take(new Float64Array(1), 2), new Float64Array(2));
  t.deepEqual(scratch.take(new Int8Array(1), 3), new Int8Array(3));
  t.deepEqual(scratch.take(Buffer.alloc(1), 3), Buffer.alloc(3));
});

test('long memory serves arrays of any kind that fit', (t) => {
  const scratch = new Scratch();
  const { buffer } = scratch.take(new Float64Array(0), 10_000);
  scratch.give(new Float64Array(buffer as ArrayBuffer));
  const shorter = scratch.take(new Int16Array(0), 20_000);
  t.is(shorter.buffer, buffer);
  t.is(shorter.length, 20_000);
  t.not(scratch.take(new Int16Array(0), 20_000).buffer, buffer, 'it is lent already');
  scratch.give(shorter);
  t.not(scratch.take(new Float64Array(0), 10_001).buffer, buffer, 'it is too short');
  t.is(scratch.take(new Float64Array(0), 10_000).buffer, buffer);
});

test('what lies unused is given up, and what is too long is not kept', (t) => {
  const scratch = new Scratch();
  const long = scratch.take(new Float64Array(0), 10_000);
  scratch.give(long);
  for (let n = 0; n < 64; n += 1) scratch.give(scratch.take(new Float64Array(0), 1));
  t.not(scratch.take(new Float64Array(0), 10_000).buffer, long.buffer);
  const tooLong = scratch.take(new Uint8Array(0), 16 * 2 ** 20 + 1);
  scratch.give(tooLong);
  t.not(scratch.take(new Uint8Array(0), 16 * 2 ** 20 + 1).buffer, tooLong.buffer);
});
