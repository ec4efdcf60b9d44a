import test from 'ava';
import { editDistance, nearest } from '../../src/base/edit-distance.ts';

test('letters are counted that differ between two words', (t) => {
  t.is(editDistance('ring', 'ring'), 0);
  t.is(editDistance('ring', 'rign'), 1, 'two neighbours are swapped');
  t.is(editDistance('wrold', 'world'), 1);
  t.is(editDistance('wrold', 'prod'), 2);
  t.is(editDistance('docter', 'doctor'), 1);
  t.is(editDistance('', 'abc'), 3);
});

test('the nearest word is found if it is near', (t) => {
  t.is(nearest('docter', ['bench', 'doctor', 'join']), 'doctor');
  t.is(nearest('elephant', ['bench', 'doctor', 'join']), undefined);
});
