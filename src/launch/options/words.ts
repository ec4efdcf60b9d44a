import { shown } from './quote.ts';
import { UsageError } from './usage-error.ts';

/** Split the value of an option at spaces; '…' and "…" keep theirs, and no shell is asked. */
export function splitWords(option: string, value: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const character of value) {
    if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') {
    throw new UsageError(`${option} ${shown(value)}: the quote ${quote} is never closed`);
  }
  if (word !== undefined) words.push(word);
  return words;
}
