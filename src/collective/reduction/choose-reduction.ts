import { ALGORITHMS, type AlgorithmOf } from '../../base/algorithms.ts';
import type { Op } from '../../op/op.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import { wrong } from '../../pt2pt/check.ts';
import type { Calls } from '../call/calls.ts';
import { chosen, select } from '../select.ts';

/** The operations that combine. */
export type ReductionOperation = 'reduce' | 'allreduce' | 'reduceScatter' | 'scan' | 'exscan';

/** Algorithms that combine in another order than that of ranks. */
const REORDERING: { readonly [operation in ReductionOperation]?: readonly string[] } = {
  allreduce: ['ring'],
  reduceScatter: ['recursive-halving'],
};

/**
 * The algorithm that the user chose; undefined if the choice is left to the library.
 *
 * @throws MpiError `ERR_ARG` if there is none of this name, or it cannot serve this op
 */
export function namedAlgorithm<O extends ReductionOperation>(
  calls: Calls,
  operation: O,
  op: Op,
  algorithm: string | undefined,
): AlgorithmOf<O> | undefined {
  const named = chosen(calls, operation, algorithm);
  if (named === undefined || op.commutative) return named;
  const reordering: readonly string[] = REORDERING[operation] ?? [];
  if (!reordering.includes(named)) return named;
  const names: readonly string[] = ALGORITHMS[operation];
  const others = names.filter((name) => !reordering.includes(name));
  const text = `${named} does not combine in the order of ranks, as ${op.name} needs, which does not commute; take ${others.join(' or ')}`;
  throw wrong(calls.endpoint, operation, 'ERR_ARG', text);
}

/**
 * Choose the algorithm for a reduction that leaves it to the library.
 *
 * @param value  what this rank gives; the other ranks know its size if it is a typed array, and the op goes by elements
 */
export function selectReduction<O extends ReductionOperation>(
  calls: Calls,
  operation: O,
  op: Op,
  value: unknown,
): AlgorithmOf<O> {
  const { commutative } = op;
  const canCut = op.elementwise && isTypedArray(value);
  const bytes = canCut ? value.byteLength : 0;
  const count = canCut ? value.length / op.unit(value) : 1;
  return select(calls, operation, { commutative, bytes, count });
}
