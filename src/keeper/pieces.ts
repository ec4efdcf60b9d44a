import type { StoreAnswer, StoreCall } from './call.ts';
import type { Stored } from './stored.ts';

/** So much of what travels together makes one line, which is far less than a pipe takes. */
const MOST_CHARS = 1024 * 1024;
/** What an item takes beside what is counted of it. */
const BARE_CHARS = 64;

/** Cut a list into pieces of bounded size, each of one item at least; none if the list is empty. */
export function inPieces<T>(items: readonly T[], charsOf: (item: T) => number): T[][] {
  const pieces: T[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const more = charsOf(item) + BARE_CHARS;
    if (chars + more > MOST_CHARS) {
      pieces.push([]);
      chars = 0;
    }
    pieces.at(-1)?.push(item);
    chars += more;
  }
  return pieces;
}

/** About how long a call is as text; what is short in any case is left out. */
export function charsOfCall(call: StoreCall): number {
  switch (call.op) {
    case 'keys':
      return call.prefix.length;
    case 'put':
      return call.key.length + charsOf(call.value);
    case 'compareAndSet':
      return call.key.length + charsOf(call.expected) + charsOf(call.value);
    default:
      return call.key.length;
  }
}

/** About how long an answer is as text. */
export function charsOfAnswer({ value, keys }: StoreAnswer): number {
  const keyed = keys?.reduce((sum, key) => sum + key.length, 0) ?? 0;
  return keyed + charsOf(value);
}

function charsOf(value: Stored | undefined): number {
  return typeof value === 'string' ? value.length : 0;
}
