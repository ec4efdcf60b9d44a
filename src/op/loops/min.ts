import type { BigIntArray, NumberArray } from '../typed-array.ts';
import type { ListLoop, Loops } from './family.ts';

// Eight at a time take half as long: in each turn of a loop the engine asks whether it is to stop.
function float64(into: NumberArray, left: NumberArray, right: NumberArray): void {
  const count = into.length;
  let i = 0;
  for (; i + 7 < count; i += 8) {
    into[i] = Math.min(left[i] as number, right[i] as number);
    into[i + 1] = Math.min(left[i + 1] as number, right[i + 1] as number);
    into[i + 2] = Math.min(left[i + 2] as number, right[i + 2] as number);
    into[i + 3] = Math.min(left[i + 3] as number, right[i + 3] as number);
    into[i + 4] = Math.min(left[i + 4] as number, right[i + 4] as number);
    into[i + 5] = Math.min(left[i + 5] as number, right[i + 5] as number);
    into[i + 6] = Math.min(left[i + 6] as number, right[i + 6] as number);
    into[i + 7] = Math.min(left[i + 7] as number, right[i + 7] as number);
  }
  for (; i < count; i += 1) into[i] = Math.min(left[i] as number, right[i] as number);
}

function float(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = Math.min(left[i] as number, right[i] as number);
  }
}

function signed(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = Math.min(left[i] as number, right[i] as number);
  }
}

function unsigned(into: NumberArray, left: NumberArray, right: NumberArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = Math.min(left[i] as number, right[i] as number);
  }
}

function bigint(into: BigIntArray, left: BigIntArray, right: BigIntArray): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] =
      (left[i] as bigint) < (right[i] as bigint) ? (left[i] as bigint) : (right[i] as bigint);
  }
}

/** Take the lesser element at each place. */
export const minList: ListLoop = (result, right, from) => {
  for (let i = from; i < result.length; i += 1) {
    const a = result[i];
    const b = right[i];
    if (typeof a !== 'number' || typeof b !== 'number') return i;
    result[i] = Math.min(a, b);
  }
  return result.length;
};

/** Take the lesser element at each place. */
export const minLoops: Loops = { float64, float, clamped: float, signed, unsigned, bigint };
