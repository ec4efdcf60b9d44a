import type { TypedArray } from '../base/array-kind.ts';
import { landLoops } from './loops/land.ts';
import { lorLoops } from './loops/lor.ts';
import { lxorLoops } from './loops/lxor.ts';
import type { Op } from './op.ts';
import { generalRemedy, PredefinedOp, type Rule } from './predefined.ts';

/** Booleans, numbers, bigints, typed arrays, and arrays of these to any depth. */
export type Logical = boolean | number | bigint | TypedArray | readonly Logical[];

/** What the three ops have in common. */
const COMMON: Pick<Rule, 'takes' | 'remedy'> = {
  takes: 'booleans, numbers, bigints and arrays of them',
  remedy: generalRemedy,
};

/**
 * Tell whether both are true: of booleans true or false, of numbers 1 or 0, of bigints 1n or 0n,
 * of arrays at each place. As everywhere in JavaScript, 0, -0 and NaN are false.
 *
 * @see MPI-4.1 §6.9.2
 */
export const land: Op<Logical> = new PredefinedOp({
  ...COMMON,
  name: 'land',
  numbers: (a, b) => (a && b ? 1 : 0),
  bigints: (a, b) => (a && b ? 1n : 0n),
  booleans: (a, b) => a && b,
  loops: landLoops,
});

/**
 * Tell whether at least one is true; values as for `land`.
 *
 * @see MPI-4.1 §6.9.2
 */
export const lor: Op<Logical> = new PredefinedOp({
  ...COMMON,
  name: 'lor',
  numbers: (a, b) => (a || b ? 1 : 0),
  bigints: (a, b) => (a || b ? 1n : 0n),
  booleans: (a, b) => a || b,
  loops: lorLoops,
});

/**
 * Tell whether exactly one is true, over many ranks whether an odd number are; values as for `land`.
 *
 * @see MPI-4.1 §6.9.2
 */
export const lxor: Op<Logical> = new PredefinedOp({
  ...COMMON,
  name: 'lxor',
  numbers: (a, b) => (!a !== !b ? 1 : 0),
  bigints: (a, b) => (!a !== !b ? 1n : 0n),
  booleans: (a, b) => a !== b,
  loops: lxorLoops,
});
