import test from 'ava';
import { show, showItems } from '../../src/base/show.ts';

test('what is no list is shown in a few characters', (t) => {
  for (const [value, shown] of [
    ['x'.repeat(99), `"${'x'.repeat(40)}"`],
    [7n, '7n'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 1, 'a function'],
    [{}, 'an object'],
  ] as const) {
    t.is(show(value), shown);
    t.is(showItems(value), shown);
  }
  t.is(show([1, 2]), 'an array');
  t.is(show(Int8Array.of(1)), 'an array');
});

test('a list is shown with its first items, holes too', (t) => {
  t.is(showItems([]), '[]');
  t.is(showItems([0, 'a', [1], {}]), '[0, "a", an array, an object]');
  t.is(showItems(new Array(2)), '[undefined, undefined]');
  t.is(showItems([1, 2, 3, 4, 5, 6, 7, 8]), '[1, 2, 3, 4, 5, 6, 7, 8]');
  t.is(showItems([1, 2, 3, 4, 5, 6, 7, 8, 9]), '[1, 2, 3, 4, 5, 6, 7, 8, …]');
});
