import { bandLoops } from './loops/band.ts';
import { borLoops } from './loops/bor.ts';
import { bxorLoops } from './loops/bxor.ts';
import type { Op } from './op.ts';
import { generalRemedy, PredefinedOp, type Rule, refusal } from './predefined.ts';
import { type IntegerArray, isTypedArray } from './typed-array.ts';

/** Integers, typed arrays of integers, and arrays of these to any depth. */
export type Integral = number | bigint | IntegerArray | readonly Integral[];

/**
 * Keep the bits that are set in both.
 *
 * Numbers are taken as integers of 64 bits in two's complement. They must lie between -2^53 and
 * 2^53 - 1, and so does the result, which is exact.
 *
 * @see MPI-4.1 §6.9.2
 */
export const band: Op<Integral> = bitwise({
  name: 'band',
  bits: (a, b) => a & b,
  bigints: (a, b) => a & b,
  loops: bandLoops,
});

/**
 * Keep the bits that are set in at least one; numbers as for `band`.
 *
 * @see MPI-4.1 §6.9.2
 */
export const bor: Op<Integral> = bitwise({
  name: 'bor',
  bits: (a, b) => a | b,
  bigints: (a, b) => a | b,
  loops: borLoops,
});

/**
 * Keep the bits that are set in exactly one; numbers as for `band`.
 *
 * @see MPI-4.1 §6.9.2
 */
export const bxor: Op<Integral> = bitwise({
  name: 'bxor',
  bits: (a, b) => a ^ b,
  bigints: (a, b) => a ^ b,
  loops: bxorLoops,
});

interface BitwiseRule extends Pick<Rule, 'name' | 'bigints' | 'loops'> {
  /** Combine the lowest 32 bits of two integers. */
  readonly bits: (left: number, right: number) => number;
}

function bitwise({ bits, ...own }: BitwiseRule): Op<Integral> {
  const rule: Rule = {
    ...own,
    takes: 'integers and arrays of them',
    admits: isExact,
    remedy,
    numbers: (a, b) => {
      if ((a | 0) === a && (b | 0) === b) return bits(a, b);
      if (!isExact(a)) throw refusal(rule, a);
      if (!isExact(b)) throw refusal(rule, b);
      // The sign of the upper half is that of the whole; that of the lower is a bit as any other.
      const upper = bits(Math.floor(a / 2 ** 32), Math.floor(b / 2 ** 32));
      return upper * 2 ** 32 + (bits(a, b) >>> 0);
    },
  };
  return new PredefinedOp(rule);
}

/** Safe integers, and the one below them, since two of them may give it. */
function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || value === -(2 ** 53);
}

function remedy(value: unknown): string {
  if (typeof value === 'number') {
    if (Number.isInteger(value)) return 'use bigints beyond 2^53 - 1';
    return Number.isFinite(value) ? 'round it, as with Math.trunc(…)' : 'give an integer';
  }
  if (typeof value === 'boolean') return 'use land, lor or lxor';
  if (isTypedArray(value)) return 'convert it, as with Int32Array.from(…)';
  return generalRemedy(value);
}
