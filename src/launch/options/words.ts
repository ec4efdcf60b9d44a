import { shown } from './quote.ts';
import { UsageError } from './usage-error.ts';

/** One word of the value of an option. */
export interface Word {
  readonly text: string;
  /** Some of it stood between quotes. */
  readonly quoted: boolean;
}

/** Split the value of an option at spaces; '…' and "…" keep theirs, and no shell is asked. */
export function splitWords(option: string, value: string): readonly string[] {
  return splitQuoted(option, value).map(({ text }) => text);
}

/** The same, with what stood between quotes. @throws UsageError if a quote is not closed */
export function splitQuoted(option: string, value: string): readonly Word[] {
  const words: Word[] = [];
  let text: string | undefined;
  let quoted = false;
  let quote = '';
  for (const character of value) {
    if (quote !== '') {
      if (character === quote) quote = '';
      else text += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      quoted = true;
      text ??= '';
    } else if (/\s/.test(character)) {
      if (text !== undefined) words.push({ text, quoted });
      text = undefined;
      quoted = false;
    } else {
      text = (text ?? '') + character;
    }
  }
  if (quote !== '') {
    throw new UsageError(`${option} ${shown(value)}: the quote ${quote} is never closed`);
  }
  if (text !== undefined) words.push({ text, quoted });
  return words;
}
