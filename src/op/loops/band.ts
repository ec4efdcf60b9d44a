import type { BigIntArray, NumberArray } from '../typed-array.ts';
import type { Loops } from './family.ts';

function signed(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = (left[i] as number) & (right[i] as number);
  }
}

function unsigned(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = (left[i] as number) & (right[i] as number);
  }
}

function bigint(into: BigIntArray, left: BigIntArray, right: BigIntArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = (left[i] as bigint) & (right[i] as bigint);
  }
}

/** The bitwise and of integers, element by element. */
export const bandLoops: Loops = { clamped: signed, signed, unsigned, bigint };
