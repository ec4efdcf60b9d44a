import test from 'ava';
import { median } from '../../src/bench/statistics.ts';

test('the median is the value in the middle, whatever the order', (t) => {
  t.is(median([9, 1, 5]), 5);
  t.is(median([7]), 7);
});

test('the median of an even number of values is the mean of the two in the middle', (t) => {
  t.is(median([4, 1, 100, 2]), 3);
});

test('the median sorts by value and leaves the list as it is', (t) => {
  const values = [10, 9, 100];
  t.is(median(values), 10);
  t.deepEqual(values, [10, 9, 100]);
});

test('there is no median of nothing', (t) => {
  t.is(median([]), Number.NaN);
});
