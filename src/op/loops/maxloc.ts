import type { BigIntArray, NumberArray } from '../typed-array.ts';
import type { Loops } from './family.ts';

function float64(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i + 1 < into.length; i += 2) {
    const a = left[i] as number;
    const b = right[i] as number;
    into[i + 1] = locationOf(a, left[i + 1] as number, b, right[i + 1] as number);
    into[i] = Math.max(a, b);
  }
}

function float(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i + 1 < into.length; i += 2) {
    const a = left[i] as number;
    const b = right[i] as number;
    into[i + 1] = locationOf(a, left[i + 1] as number, b, right[i + 1] as number);
    into[i] = Math.max(a, b);
  }
}

function signed(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i + 1 < into.length; i += 2) {
    const a = left[i] as number;
    const b = right[i] as number;
    into[i + 1] = locationOf(a, left[i + 1] as number, b, right[i + 1] as number);
    into[i] = Math.max(a, b);
  }
}

function unsigned(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i + 1 < into.length; i += 2) {
    const a = left[i] as number;
    const b = right[i] as number;
    into[i + 1] = locationOf(a, left[i + 1] as number, b, right[i + 1] as number);
    into[i] = Math.max(a, b);
  }
}

function bigint(into: BigIntArray, left: BigIntArray, right: BigIntArray): void {
  for (let i = 0; i + 1 < into.length; i += 2) {
    const a = left[i] as bigint;
    const b = right[i] as bigint;
    const place = left[i + 1] as bigint;
    const other = right[i + 1] as bigint;
    into[i + 1] = a > b || (a === b && place < other) ? place : other;
    into[i] = a > b ? a : b;
  }
}

/**
 * Tell where the greater of two numbers is, the lower place if they are equal; 0 equals -0, and NaN NaN.
 * NaN wins over every number.
 */
function locationOf(a: number, place: number, b: number, other: number): number {
  if (a > b) return place;
  if (b > a) return other;
  if (Number.isNaN(a) !== Number.isNaN(b)) return Number.isNaN(a) ? place : other;
  return Math.min(place, other);
}

/** Take the greater value of each two pairs, and where it is; pairs lie one behind the other. */
export const maxlocLoops: Loops = { float64, float, clamped: float, signed, unsigned, bigint };
