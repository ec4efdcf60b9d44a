/**
 * A value as it is kept and as it travels, in JSON: a number as it is, and all else as text that holds its bytes.
 *
 * Two values are equal if these are identical. A number that JSON cannot write is its name, as in `NaN` or `-0`,
 * which no text of bytes is.
 */
export type Stored = number | string;

const NAMED: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

/** Keep a number. */
export function storedNumber(value: number): Stored {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

/** The number that was kept; undefined if something else was. */
export function numberOf(stored: Stored): number | undefined {
  return typeof stored === 'number' ? stored : NAMED.get(stored);
}

/** Tell whether this, which came from outside, is one. */
export function isStored(value: unknown): value is Stored {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}
