import { isDeepStrictEqual } from 'node:util';

/** What messages hold that are no typed arrays. */
export type ValueName = 'dict' | 'rows' | 'floats';

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
  if (!isDeepStrictEqual(received, sent)) throw new Error('a value arrived that is not equal');
}
