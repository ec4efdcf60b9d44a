import type { AlgorithmOf } from '../../base/algorithms.ts';
import { arrayKindOf, type TypedArray } from '../../base/array-kind.ts';
import { isLimited } from '../../match/limits.ts';
import type { Op } from '../../op/op.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import type { Request } from '../../request/request.ts';
import type { Calls } from '../call/calls.ts';
import { hashOf } from '../call/signature.ts';
import type { Channel } from '../channel.ts';
import type { CollectiveOptions } from '../check.ts';
import { checkApart, checkOp, checkResultInto, fill, isSameMemory } from './check-reduction.ts';
import { namedAlgorithm, type ReductionOperation, selectReduction } from './choose-reduction.ts';
import { copyOfValue } from './memory.ts';

/** How a reduction may differ from the plain one. */
export interface ReductionOptions extends CollectiveOptions {
  /** A typed array of the kind and length of the value, to be filled and returned: it may be the value itself. */
  readonly into?: TypedArray | undefined;
}

/**
 * An algorithm of a reduction: the part of one rank.
 *
 * @param value  is not changed
 * @param into  filled with the result; may be the value
 * @param root  of those that have one
 * @returns the result, in `into` or else in memory of its own
 */
export type Reduction = (
  channel: Channel,
  op: Op,
  value: unknown,
  into: TypedArray | undefined,
  root: number,
) => Promise<unknown>;

/** One of the reductions that combine what all ranks give. */
export interface ReductionKind<O extends ReductionOperation> {
  readonly operation: O;
  readonly algorithms: { readonly [name in AlgorithmOf<O>]: Reduction };
}

/** The arguments of a reduction, as the user gave them; the options were checked. */
export interface ReductionArguments {
  readonly value: unknown;
  readonly op: unknown;
  readonly options: CollectiveOptions;
  /** Where this rank wants its result, if it gets one. */
  readonly into: TypedArray | undefined;
  readonly root: number;
}

/** Check the arguments of a reduction, choose how to do it, and start it. @param what  operation and root, encoded */
export function startReduction<O extends ReductionOperation>(
  calls: Calls,
  { operation, algorithms }: ReductionKind<O>,
  what: number,
  { value, op: opLike, options, into, root }: ReductionArguments,
): Request<unknown> {
  const { endpoint } = calls;
  const op = checkOp(endpoint, operation, opLike, value);
  if (into !== undefined) {
    checkResultInto(endpoint, operation, into, value);
    checkApart(endpoint, operation, into, value);
  }
  const named = namedAlgorithm(calls, operation, op, options.algorithm);
  const reduction = algorithms[named ?? selectReduction(calls, operation, op, value)];
  const hash = reductionHash(op, value, named);
  const steps: Steps = (channel, given, room) => reduction(channel, op, given, room, root);
  return runReduction(calls, what, hash, options, { op, value, into, steps });
}

/** Encode what ranks must agree on besides the operation and its root. */
export function reductionHash(op: Op, value: unknown, algorithm?: string): number {
  const isArray = isTypedArray(value);
  // What is combined whole may be of any length.
  const count = op.elementwise && (isArray || Array.isArray(value)) ? value.length : undefined;
  const dataKind = isArray ? arrayKindOf(value)?.id : undefined;
  return hashOf({ op: op.name, dataKind, count, algorithm });
}

/** An algorithm that knows all but the memory. */
type Steps = (channel: Channel, value: unknown, into: TypedArray | undefined) => Promise<unknown>;

/** A reduction that was checked. */
export interface CheckedReduction {
  readonly op: Op;
  readonly value: unknown;
  readonly into: TypedArray | undefined;
  readonly steps: Steps;
}

/**
 * Run a reduction in memory that it may use.
 *
 * One that may give up works on copies, for then the user has the arrays back while the part of this rank goes on. And what an
 * op returns that combines whole values need not fit into the array of the user.
 */
export function runReduction(
  calls: Calls,
  what: number,
  hash: number,
  options: CollectiveOptions,
  { op, value, into, steps }: CheckedReduction,
): Request<unknown> {
  const limited = isLimited(options);
  if (!limited && (into === undefined || op.elementwise)) {
    // Two views of one memory are made one, so that algorithms see that the result replaces the value.
    const given = into !== undefined && isSameMemory(into, value) ? into : value;
    return calls.start(what, hash, options, (channel) => steps(channel, given, into));
  }
  const copy = limited ? copyOfValue(value) : value;
  let request: Request<unknown> | undefined;
  request = calls.start(what, hash, options, async (channel) => {
    const result = await steps(channel, copy, undefined);
    if (into === undefined) return result;
    if (request?.test() !== true) fill(into, op, result);
    return into;
  });
  return request;
}
