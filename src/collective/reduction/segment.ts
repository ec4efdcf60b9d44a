import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';

/** The elements of an array from one place to another. */
export interface Segment {
  readonly from: number;
  readonly to: number;
}

/** Show a part of an array. */
export function partOf(array: TypedArray, { from, to }: Segment): TypedArray {
  return array.subarray(from, to);
}

/**
 * Find where a piece of an array begins that is cut into pieces which differ by one unit at most.
 *
 * @param unit  so many elements belong together
 */
export function boundOf(count: number, unit: number, pieces: number, piece: number): number {
  return unit * Math.floor(((count / unit) * piece) / pieces);
}

/** Find one of so many pieces of an array. */
export function pieceOf(count: number, unit: number, pieces: number, piece: number): Segment {
  return { from: boundOf(count, unit, pieces, piece), to: boundOf(count, unit, pieces, piece + 1) };
}

/** The other half of a segment, of which one is known. */
export function restOf(whole: Segment, half: Segment): Segment {
  return half.from === whole.from
    ? { from: half.to, to: whole.to }
    : { from: whole.from, to: half.from };
}

/** Combine two arrays, of which `theirs` comes from the ranks above those of `mine`, or from below. */
export function combineIn(
  op: Op,
  mine: TypedArray,
  theirs: TypedArray,
  isAbove: boolean,
  into: TypedArray,
): void {
  if (isAbove) op.combine(mine, theirs, into);
  else op.combine(theirs, mine, into);
}
