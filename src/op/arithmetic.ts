import type { TypedArray } from '../base/array-kind.ts';
import { maxList, maxLoops } from './loops/max.ts';
import { minList, minLoops } from './loops/min.ts';
import { prodList, prodLoops } from './loops/prod.ts';
import { sumList, sumLoops } from './loops/sum.ts';
import type { Op } from './op.ts';
import { generalRemedy, PredefinedOp, type Rule } from './predefined.ts';

/** Numbers, bigints, typed arrays, and arrays of these to any depth. */
export type Numeric = number | bigint | TypedArray | readonly Numeric[];

/** What the four ops have in common. */
const COMMON: Pick<Rule, 'takes' | 'remedy'> = {
  takes: 'numbers, bigints and arrays of them',
  remedy: (value) =>
    typeof value === 'boolean'
      ? 'use land, lor or lxor, or convert it with Number(…)'
      : generalRemedy(value),
};

/**
 * Add numbers, bigints, and arrays of them element by element.
 *
 * A typed array keeps to its own arithmetic at each step: Int8 wraps around, Uint8Clamped stops at
 * 255, Float32 rounds.
 *
 * @see MPI-4.1 §6.9.2
 */
export const sum: Op<Numeric> = new PredefinedOp({
  ...COMMON,
  name: 'sum',
  numbers: (a, b) => a + b,
  bigints: (a, b) => a + b,
  list: sumList,
  loops: sumLoops,
});

/**
 * Multiply numbers, bigints, and arrays of them element by element, typed arrays as `sum` does.
 *
 * @see MPI-4.1 §6.9.2
 */
export const prod: Op<Numeric> = new PredefinedOp({
  ...COMMON,
  name: 'prod',
  numbers: (a, b) => a * b,
  bigints: (a, b) => a * b,
  list: prodList,
  loops: prodLoops,
});

/**
 * Take the lesser of two numbers or bigints, of arrays at each place.
 *
 * As for `Math.min`, NaN wins over every number, and -0 is less than 0.
 *
 * @see MPI-4.1 §6.9.2
 */
export const min: Op<Numeric> = new PredefinedOp({
  ...COMMON,
  name: 'min',
  numbers: (a, b) => Math.min(a, b),
  bigints: (a, b) => (a < b ? a : b),
  list: minList,
  loops: minLoops,
});

/**
 * Take the greater of two numbers or bigints, of arrays at each place.
 *
 * As for `Math.max`, NaN wins over every number, and 0 is greater than -0.
 *
 * @see MPI-4.1 §6.9.2
 */
export const max: Op<Numeric> = new PredefinedOp({
  ...COMMON,
  name: 'max',
  numbers: (a, b) => Math.max(a, b),
  bigints: (a, b) => (a > b ? a : b),
  list: maxList,
  loops: maxLoops,
});
