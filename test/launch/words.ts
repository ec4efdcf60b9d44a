import test from 'ava';
import { UsageError } from '../../src/launch/options/usage-error.ts';
import { splitQuoted, splitWords } from '../../src/launch/options/words.ts';

for (const [value, words] of [
  ['', []],
  ['  ', []],
  ['a b\tc\nd', ['a', 'b', 'c', 'd']],
  ['  a  b  ', ['a', 'b']],
  [`'a b' "c d"`, ['a b', 'c d']],
  [`a'b'"c"d`, ['abcd']],
  [`'' ""`, ['', '']],
  [`'"' "'"`, ['"', "'"]],
  ['a\\ b $HOME *', ['a\\', 'b', '$HOME', '*']],
] as const) {
  test(`${JSON.stringify(value)} is ${words.length} words`, (t) => {
    t.deepEqual(splitWords('--x', value), words);
  });
}

test('a word remembers whether any of it stood between quotes', (t) => {
  t.deepEqual(splitQuoted('--x', `a 'b' c"d"`), [
    { text: 'a', quoted: false },
    { text: 'b', quoted: true },
    { text: 'cd', quoted: true },
  ]);
});

test('a quote that is never closed is an error that names the option', (t) => {
  const message = /^--x .*: the quote " is never closed$/;
  t.throws(() => splitWords('--x', 'a "b'), { instanceOf: UsageError, message });
});
