import { ALGORITHMS, type AlgorithmOf, type ChoiceOperation } from '../base/algorithms.ts';
import type { TypedArray } from '../base/array-kind.ts';
import type { Op } from '../op/op.ts';
import { wrong } from '../pt2pt/check.ts';
import type { Calls } from './calls.ts';
import type { Channel } from './channel.ts';
import { freshLike } from './memory.ts';
import { elementsOf } from './reduction.ts';
import { chosen, select } from './select.ts';

/** Algorithms that combine in another order than that of ranks. */
const REORDERING: { readonly [operation in ChoiceOperation]?: readonly string[] } = {
  allreduce: ['ring'],
  reduceScatter: ['recursive-halving'],
};

/** The way that a reduction is done. */
export interface Choice<O extends ChoiceOperation> {
  readonly algorithm: AlgorithmOf<O>;
  /** The algorithm if it is the user's choice: then ranks must agree on it. */
  readonly named: AlgorithmOf<O> | undefined;
}

/**
 * Choose the algorithm of a reduction, unless the user did.
 *
 * @param value  what this rank gives; ranks agree on its size if it is a typed array and the op goes by elements
 * @throws MpiError `ERR_ARG` if there is none of the name given, or it cannot serve this op
 */
export function chooseReduction<O extends ChoiceOperation>(
  calls: Calls,
  operation: O,
  op: Op,
  value: unknown,
  name: string | undefined,
): Choice<O> {
  const named = chosen(calls, operation, name);
  if (named !== undefined) {
    if (!op.commutative) checkOrder(calls, operation, op, named);
    return { algorithm: named, named };
  }
  const { commutative } = op;
  const array = elementsOf(op, value);
  const situation =
    array === undefined
      ? { commutative }
      : { commutative, bytes: array.byteLength, count: array.length / op.unit(array) };
  return { algorithm: select(calls, operation, situation), named };
}

function checkOrder(calls: Calls, operation: ChoiceOperation, op: Op, name: string): void {
  const reordering = REORDERING[operation] ?? [];
  if (!reordering.includes(name)) return;
  const others = ALGORITHMS[operation].filter((other) => !reordering.includes(other));
  const text = `${name} does not combine in the order of ranks, as ${op.name} needs, which does not commute; take ${others.join(' or ')}`;
  throw wrong(calls.endpoint, operation, 'ERR_ARG', text);
}

/** An algorithm for whole values, `R` being what it needs besides. */
export type Whole<R extends readonly unknown[]> = (
  channel: Channel,
  op: Op,
  value: unknown,
  into: TypedArray | undefined,
  ...rest: R
) => Promise<unknown>;

/** An algorithm that cuts arrays into pieces. */
export type InPieces<R extends readonly unknown[]> = (
  channel: Channel,
  op: Op,
  value: TypedArray,
  into: TypedArray,
  ...rest: R
) => Promise<unknown>;

/** Take the algorithm that cuts arrays where there are several ranks and the value can be cut; the other one if not. */
export function inPieces<R extends readonly unknown[]>(
  pieces: InPieces<R>,
  whole: Whole<R>,
): Whole<R> {
  return (channel, op, value, into, ...rest) => {
    const array = channel.size === 1 ? undefined : elementsOf(op, value);
    return array === undefined
      ? whole(channel, op, value, into, ...rest)
      : pieces(channel, op, array, into ?? freshLike(array), ...rest);
  };
}
