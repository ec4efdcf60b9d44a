import test from 'ava';
import { decimalAxis, logScale } from '../../../src/bench/page/scale.ts';

test('equal ratios are equal distances', (t) => {
  const place = logScale([1, 100], [0, 200]);
  t.is(place(1), 0);
  t.is(place(10), 100);
  t.is(place(100), 200);
});

test('a scale may run downwards', (t) => {
  const place = logScale([1, 100], [200, 0]);
  t.is(place(100), 0);
});

test('an axis ends at powers of ten around all values', (t) => {
  t.deepEqual(decimalAxis([0.35, 4200]).range, [0.1, 10_000]);
});

test('a value that is a power of ten ends its own axis', (t) => {
  t.deepEqual(decimalAxis([1000, 0.001]).range, [0.001, 1000]);
});

test('an axis has a length even if all values are one', (t) => {
  t.deepEqual(decimalAxis([1]), { range: [1, 10], ticks: [1, 2, 5, 10] });
});

test('a short axis has ticks between the powers of ten, and each is written exactly', (t) => {
  t.deepEqual(decimalAxis([0.03, 0.8]).ticks, [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]);
});

test('a long axis has few ticks, at powers of ten', (t) => {
  const { ticks } = decimalAxis([1e-3, 1e30]);
  t.true(ticks.length <= 12);
  for (const tick of ticks) t.true(Number.isInteger(Number(Math.log10(tick).toFixed(9))));
});
