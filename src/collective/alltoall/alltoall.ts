import { arrayKindOf, type TypedArray } from '../../base/array-kind.ts';
import { isLimited } from '../../match/limits.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import { wrong } from '../../pt2pt/check.ts';
import type { Request } from '../../request/request.ts';
import { packBlocks } from '../block/blocks.ts';
import { checkCut, checkPlaces } from '../block/check-blocks.ts';
import { unpackBlocks } from '../block/gathered.ts';
import { LONGEST_INLINE_BYTES } from '../block/inline.ts';
import { Placement } from '../block/placement.ts';
import { overlap } from '../block/value.ts';
import type { Calls } from '../call/calls.ts';
import { hashOf, whatOf } from '../call/signature.ts';
import { type CollectiveOptions, checkOptions } from '../check.ts';
import { chosen, select } from '../select.ts';
import { bruck } from './bruck.ts';
import { linear } from './linear.ts';
import { pairwise } from './pairwise.ts';

/** How an alltoall may differ from the plain one: all but the first two are for one array. */
export interface AlltoallOptions extends CollectiveOptions {
  /** How many elements go to each rank; all the same if left out. */
  readonly counts?: ArrayLike<number> | undefined;
  /** Where the block for each rank begins; behind the one before if left out. */
  readonly displacements?: ArrayLike<number> | undefined;
  /** An array to be filled with what comes, and returned; one is made if it is left out. */
  readonly into?: TypedArray | undefined;
  /** How many elements come from each rank; whatever comes if left out. */
  readonly receiveCounts?: ArrayLike<number> | undefined;
  /** With `into`: where the block from each rank is put; behind the one before if left out. */
  readonly receiveDisplacements?: ArrayLike<number> | undefined;
}

const ALLTOALL = whatOf('alltoall');
const STEPS = { linear, pairwise, bruck };
const RECEIVE_NAMES = { counts: 'receiveCounts', displacements: 'receiveDisplacements' };

/** Check the arguments of an alltoall. @throws MpiError */
function checkAlltoall(calls: Calls, values: unknown, options: AlltoallOptions): void {
  const { endpoint } = calls;
  checkOptions(endpoint, 'alltoall', options);
  const { into, receiveCounts: counts, receiveDisplacements: displacements } = options;
  checkCut(endpoint, 'alltoall', values, options);
  if (isTypedArray(values)) {
    checkPlaces(endpoint, 'alltoall', values, { into, counts, displacements }, RECEIVE_NAMES);
  } else if (into !== undefined || counts !== undefined || displacements !== undefined) {
    const text =
      'into, receiveCounts and receiveDisplacements are for one typed array, not for a list';
    throw wrong(endpoint, 'alltoall', 'ERR_ARG', text);
  }
}

/** Start an alltoall. */
export function alltoall(
  calls: Calls,
  values: readonly unknown[] | TypedArray,
  options: AlltoallOptions,
): Request<unknown> {
  checkAlltoall(calls, values, options);
  const { rank, endpoint } = calls;
  const algorithm = chosen(calls, 'alltoall', options.algorithm);
  const placement = isTypedArray(values) ? placementOf(values, calls.size, options) : undefined;
  const places = isLimited(options) ? undefined : placement?.places;
  const own = placement === undefined ? values[rank] : undefined;
  const blocks = packBlocks(endpoint, 'alltoall', values, options, isExposed(values, options));
  const steps = STEPS[algorithm ?? select(calls, 'alltoall', {})];
  const longest = algorithm === undefined ? LONGEST_INLINE_BYTES : undefined;
  const hash = hashOf({ algorithm, dataKind: arrayKindOf(values)?.id });
  return calls.start(ALLTOALL, hash, options, async (channel, request) => {
    const received = await steps(channel, blocks, places, longest);
    if (request.test()) return undefined;
    return placement === undefined ? unpackBlocks(received, rank, own) : placement.fill(received);
  });
}

/** Tell whether what is sent may change before it is sent. */
function isExposed(values: readonly unknown[] | TypedArray, options: AlltoallOptions): boolean {
  const { into } = options;
  return isLimited(options) || (into !== undefined && overlap(values as TypedArray, into));
}

function placementOf(array: TypedArray, size: number, options: AlltoallOptions): Placement {
  const { into, receiveCounts: counts, receiveDisplacements: displacements } = options;
  const likely = options.counts === undefined ? array.length / size : undefined;
  return new Placement({ size, into, like: into ?? array, counts, displacements, likely });
}
