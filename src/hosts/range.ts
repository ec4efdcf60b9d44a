import { shown } from '../base/show.ts';
import { HostMistake } from './mistake.ts';

/** More hosts than this in one job are taken for a slip of the finger. */
export const MAX_HOSTS = 4096;

/**
 * Write out the ranges of a name: `node[01-03,7]` stands for node01, node02, node03 and node7.
 *
 * Numbers keep the leading zeros of the first. Of several brackets the last counts fastest.
 *
 * @throws HostMistake
 */
export function expandRanges(text: string): string[] {
  // What was in brackets comes at odd places.
  const parts = text.split(/\[([^[\]]*)\]/);
  let names = [''];
  for (const [at, part] of parts.entries()) {
    const isList = at % 2 === 1;
    if (!isList && /[[\]]/.test(part)) {
      throw new HostMistake(
        `${shown(text)} has a bracket without its other half; write node[1-4] or node[1,3]`,
      );
    }
    const choices = isList ? numbersIn(part, text, Math.floor(MAX_HOSTS / names.length)) : [part];
    names = names.flatMap((name) => choices.map((choice) => name + choice));
  }
  return names;
}

/** Write out a list such as `01-03,7`. */
function numbersIn(list: string, text: string, most: number): string[] {
  const numbers: string[] = [];
  for (const part of list.split(',')) {
    const [, low = '', high = low] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? [];
    const [first, last] = [Number(low), Number(high)];
    if (low === '' || last < first) {
      throw new HostMistake(
        `${shown(text)}: ${shown(part)} is no range of numbers; write node[1-4], node[01-04] or node[1,3]`,
      );
    }
    if (numbers.length + last - first >= most) {
      throw new HostMistake(
        `${shown(text)} stands for more than ${MAX_HOSTS} hosts; that is the limit`,
      );
    }
    const width = low.startsWith('0') ? low.length : 0;
    for (let number = first; number <= last; number++) {
      numbers.push(String(number).padStart(width, '0'));
    }
  }
  return numbers;
}
