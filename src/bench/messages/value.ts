import { isDeepStrictEqual } from 'node:util';
import type { ValueName } from '../names.ts';

/** Make a value, the same on every rank. */
export function makeValue(name: ValueName): unknown {
  switch (name) {
    case 'dict':
      return { id: 1, name: 'P0', xs: [1, 2, 3] };
    case 'rows':
      return Array.from({ length: 1000 }, (_, i) => ({
        id: i,
        name: `P${i}`,
        xs: [i, i + 1, i + 2],
      }));
    case 'floats':
      return Array.from({ length: 1_000_000 }, (_, i) => i + 0.5);
  }
}

/** Throw unless a value arrived equal. */
export function checkValue(received: unknown, sent: unknown): void {
  const equal = isNumbers(sent) ? sameNumbers(received, sent) : isDeepStrictEqual(received, sent);
  if (!equal) throw new Error('a value arrived that is not equal');
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && typeof value[0] === 'number';
}

/** Compare in a way that leaves nothing to collect: collecting it would fall into the time of the next messages. */
function sameNumbers(received: unknown, sent: readonly number[]): boolean {
  if (!Array.isArray(received) || received.length !== sent.length) return false;
  for (let at = 0; at < sent.length; at += 1) if (received[at] !== sent[at]) return false;
  return true;
}
