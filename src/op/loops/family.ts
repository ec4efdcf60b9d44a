import type { ArrayKind, TypedArray } from '../../base/array-kind.ts';
import type { BigIntArray, NumberArray } from '../typed-array.ts';

/** Combine two arrays of numbers into a third, all three of one kind; `into` may be one of the two. */
export type NumberLoop = (into: NumberArray, left: NumberArray, right: NumberArray) => void;
/** Combine two arrays of bigints into a third, all three of one kind; `into` may be one of the two. */
export type BigIntLoop = (into: BigIntArray, left: BigIntArray, right: BigIntArray) => void;

/** A loop for arrays of whose kind it is known that they are meant for it. */
export type Loop = (into: TypedArray, left: TypedArray, right: TypedArray) => void;

/**
 * Combine the numbers of two plain arrays, from a place on, as far as both have numbers.
 *
 * @param result  holds the left side, and takes the result
 * @returns the place of the first element that is none, or the length
 */
export type ListLoop = (result: unknown[], right: readonly unknown[], from: number) => number;

/**
 * The loops of one op, by families of typed arrays; a family without a loop is refused.
 *
 * A loop that has met more than four kinds of array runs fifty times slower, since the engine stops
 * compiling it for those that it met. So the same text stands once for each family, and no function
 * may serve families of more than four kinds; a Buffer counts as a kind of its own.
 */
export interface Loops {
  readonly float64?: NumberLoop;
  readonly float?: NumberLoop;
  readonly clamped: NumberLoop;
  readonly signed: NumberLoop;
  readonly unsigned: NumberLoop;
  readonly bigint: BigIntLoop;
}

const FAMILIES: ReadonlyMap<string, keyof Loops> = new Map([
  ['Float64Array', 'float64'],
  ['Float32Array', 'float'],
  ['Float16Array', 'float'],
  ['Uint8ClampedArray', 'clamped'],
  ['Int8Array', 'signed'],
  ['Int16Array', 'signed'],
  ['Int32Array', 'signed'],
  ['Uint8Array', 'unsigned'],
  ['Buffer', 'unsigned'],
  ['Uint16Array', 'unsigned'],
  ['Uint32Array', 'unsigned'],
  ['BigInt64Array', 'bigint'],
  ['BigUint64Array', 'bigint'],
]);

/** Find the loop for arrays of this kind, if the op has one. */
export function loopFor(loops: Loops, kind: ArrayKind): Loop | undefined {
  const family = FAMILIES.get(kind.name);
  return family === undefined ? undefined : (loops[family] as Loop | undefined);
}
