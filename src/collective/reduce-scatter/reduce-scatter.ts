import type { AlgorithmOf } from '../../base/algorithms.ts';
import { arrayKindOf, type TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import type { Request } from '../../request/request.ts';
import type { Calls } from '../call/calls.ts';
import { hashOf, whatOf } from '../call/signature.ts';
import type { Channel } from '../channel.ts';
import { type CollectiveOptions, checkOptions } from '../check.ts';
import {
  checkApart,
  checkOp,
  checkOpAlone,
  checkResultInto,
} from '../reduction/check-reduction.ts';
import { namedAlgorithm, selectReduction } from '../reduction/choose-reduction.ts';
import { copyOfValue } from '../reduction/memory.ts';
import { runReduction } from '../reduction/reduction.ts';
import { bitReversal } from './bit-reversal.ts';
import { type Blocks, checkList, cut, ListOp, offsetsOf } from './blocks.ts';
import { pairwise } from './pairwise.ts';
import { recursiveHalving } from './recursive-halving.ts';

/** How a reduceScatter may differ from the plain one. */
export interface ReduceScatterOptions extends CollectiveOptions {
  /** How many elements of the array each rank gets; all get as many if left out. */
  readonly counts?: readonly number[] | undefined;
  /** A typed array for what this rank gets, to be filled and returned; apart from what it gives. */
  readonly into?: TypedArray | undefined;
}

const CALL = 'reduceScatter';
const REDUCE_SCATTER = whatOf(CALL);

/** Combine blocks of all ranks. @returns the block of this rank */
type BlockReduction = (
  channel: Channel,
  op: Op,
  blocks: Blocks,
  offsets: readonly number[],
  into: TypedArray | undefined,
) => Promise<unknown>;

const ALGORITHM: { readonly [name in AlgorithmOf<typeof CALL>]: BlockReduction } = {
  pairwise,
  'recursive-halving': recursiveHalving,
  'bit-reversal': bitReversal,
};

/** Start a reduceScatter. */
export function reduceScatter(
  calls: Calls,
  values: unknown,
  opLike: unknown,
  options: ReduceScatterOptions,
): Request<unknown> {
  checkOptions(calls.endpoint, CALL, options);
  return isTypedArray(values)
    ? ofArray(calls, values, opLike, options)
    : ofList(calls, checkList(calls.endpoint, CALL, values), opLike, options);
}

/** Each rank gets a block of one array. */
function ofArray(
  calls: Calls,
  array: TypedArray,
  opLike: unknown,
  options: ReduceScatterOptions,
): Request<unknown> {
  const { endpoint, rank, size } = calls;
  const op = checkOp(endpoint, CALL, opLike, array);
  const offsets = offsetsOf(endpoint, CALL, array, op.unit(array), options.counts);
  const blockOf = (owner: number): Blocks =>
    cut(array, offsets[owner] as number, offsets[owner + 1] as number);
  const { into } = options;
  if (into !== undefined) {
    checkResultInto(endpoint, CALL, into, blockOf(rank));
    checkApart(endpoint, CALL, into, array);
  }
  const named = namedAlgorithm(calls, CALL, op, options.algorithm);
  const algorithm = ALGORITHM[named ?? selectReduction(calls, CALL, op, array)];
  const dataKind = arrayKindOf(array)?.id;
  const hash = hashOf({ op: op.name, dataKind, count: countWord(offsets), algorithm: named });
  if (!op.elementwise) {
    const list = Array.from({ length: size }, (_, owner) => blockOf(owner));
    return startList(calls, hash, op, list, options, algorithm);
  }
  return runReduction(calls, REDUCE_SCATTER, hash, options, {
    op,
    value: array,
    into,
    steps: (channel, blocks, room) => algorithm(channel, op, blocks as Blocks, offsets, room),
  });
}

/** Each rank gets a value. */
function ofList(
  calls: Calls,
  list: readonly unknown[],
  opLike: unknown,
  options: ReduceScatterOptions,
): Request<unknown> {
  const { endpoint, rank } = calls;
  const op = checkOpAlone(endpoint, CALL, opLike);
  for (const value of list) checkOp(endpoint, CALL, op, value);
  const { into } = options;
  if (into !== undefined) {
    checkResultInto(endpoint, CALL, into, list[rank]);
    for (const value of list) checkApart(endpoint, CALL, into, value);
  }
  const named = namedAlgorithm(calls, CALL, op, options.algorithm);
  const algorithm = ALGORITHM[named ?? selectReduction(calls, CALL, op, list)];
  const hash = hashOf({ op: op.name, algorithm: named });
  return startList(calls, hash, op, list, options, algorithm);
}

function startList(
  calls: Calls,
  hash: number,
  op: Op,
  list: readonly unknown[],
  options: ReduceScatterOptions,
  algorithm: BlockReduction,
): Request<unknown> {
  const { rank, size } = calls;
  const places = Array.from({ length: size + 1 }, (_, place) => place);
  const listOp = new ListOp(op);
  return runReduction(calls, REDUCE_SCATTER, hash, options, {
    op: listOp,
    value: list,
    into: options.into,
    steps: async (channel, given) => {
      const blocks = given as readonly unknown[];
      const results = await algorithm(channel, listOp, blocks, places, undefined);
      const [result] = results as readonly unknown[];
      // Some ops return what they were given.
      return result === blocks[rank] ? copyOfValue(result) : result;
    },
  });
}

/** What ranks must agree on about their counts: the sum if all are the same, else a hash of all. */
function countWord(offsets: readonly number[]): number {
  const size = offsets.length - 1;
  const length = offsets[size] as number;
  if (offsets.every((offset, rank) => offset * size === length * rank)) return length;
  let hash = 0;
  for (const offset of offsets) hash = (Math.imul(hash, 31) + offset) >>> 0;
  // Apart from all counts that are shown as they are.
  return 2 ** 13 + hash;
}
