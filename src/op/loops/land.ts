import type { BigIntArray, NumberArray } from '../typed-array.ts';
import type { Loops } from './family.ts';

function float(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = left[i] && right[i] ? 1 : 0;
  }
}

function signed(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = left[i] && right[i] ? 1 : 0;
  }
}

function unsigned(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = left[i] && right[i] ? 1 : 0;
  }
}

function bigint(into: BigIntArray, left: BigIntArray, right: BigIntArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = left[i] && right[i] ? 1n : 0n;
  }
}

/** 1 where the logical and holds, else 0, element by element. */
export const landLoops: Loops = { float64: float, float, clamped: float, signed, unsigned, bigint };
