import { type HostEntry, readEntries } from './entry.ts';
import { HostMistake } from './mistake.ts';
import { MAX_HOSTS } from './range.ts';

/**
 * Read a list of hosts with commas between: `a:2,ada@b,node[1-4,7]:2,[::1]:4`.
 *
 * @throws HostMistake
 */
export function readHostList(text: string): HostEntry[] {
  const entries: HostEntry[] = [];
  for (const word of splitList(text)) {
    if (word === '') {
      throw new HostMistake('a host is missing; write one between two commas, as in node1,node2:4');
    }
    for (const entry of readEntries(word)) entries.push(entry);
    if (entries.length > MAX_HOSTS) {
      throw new HostMistake(`there are more than ${MAX_HOSTS} hosts; that is the limit`);
    }
  }
  return entries;
}

/** Split at commas, but for those in brackets. */
function splitList(text: string): string[] {
  const words: string[] = [];
  let start = 0;
  let inBrackets = false;
  for (const { 0: character, index } of text.matchAll(/[[\],]/g)) {
    if (character === ',' && !inBrackets) {
      words.push(text.slice(start, index).trim());
      start = index + 1;
    } else if (character !== ',') {
      inBrackets = character === '[';
    }
  }
  return [...words, text.slice(start).trim()];
}
