import test from 'ava';
import { element, Markup } from '../../../src/bench/page/markup.ts';
import { parseMarkup, textOf } from '../../helpers/markup.ts';

test('text and attributes arrive as they are, whatever is in them', (t) => {
  const nasty = `</a> & "quotes" <b>`;
  const { text } = element('a', { title: nasty }, nasty);
  const [a] = parseMarkup(text).children;
  if (typeof a !== 'object') throw t.fail();
  t.deepEqual(a.attributes, { title: nasty });
  t.is(textOf(a), nasty);
});

test('an attribute that is undefined is left out, and numbers are short', (t) => {
  t.is(element('a', { b: undefined, c: 1 / 3 }).text, '<a c="0.33"/>');
});

test('elements stand inside elements, lists of them one after the other', (t) => {
  t.is(element('a', {}, [element('b'), element('c', {}, 'x')]).text, '<a><b/><c>x</c></a>');
  t.is(element('a', {}, new Markup('<i/>')).text, '<a><i/></a>');
});
