import type { TypedArray } from '../../base/array-kind.ts';
import { isLimited } from '../../match/limits.ts';
import { NO_OPTIONS } from '../../pt2pt/check.ts';
import type { Request } from '../../request/request.ts';
import { checkGathering, packOwn, placementOf, unpackBlocks } from '../block/gathered.ts';
import { LONGEST_INLINE_BYTES } from '../block/inline.ts';
import type { Calls } from '../call/calls.ts';
import { hashOf, whatOf } from '../call/signature.ts';
import { type CollectiveOptions, checkOptions, checkRoot } from '../check.ts';
import { chosen, select } from '../select.ts';
import { binomial } from './binomial.ts';
import { linear } from './linear.ts';

/** How a gather may differ from the plain one. */
export interface GatherOptions extends CollectiveOptions {
  /** The rank that gets the values; 0 if left out. */
  readonly root?: number | undefined;
  /** On the root: one array to be filled with the arrays of all ranks, and returned. */
  readonly into?: TypedArray | undefined;
  /** With `into`: how many elements each rank sends; whatever comes if left out. */
  readonly counts?: ArrayLike<number> | undefined;
  /** With `into`: where the block of each rank is put; behind the one before if left out. */
  readonly displacements?: ArrayLike<number> | undefined;
}

const STEPS = { linear, binomial };

/** Check the arguments of a gather. @throws MpiError */
function checkGather(calls: Calls, value: unknown, options: GatherOptions): void {
  const { endpoint } = calls;
  checkOptions(endpoint, 'gather', options);
  const { root = 0 } = options;
  checkRoot(endpoint, 'gather', root);
  if (calls.rank === root) checkGathering(endpoint, 'gather', root, value, options);
}

/** Start a gather. */
export function gather(calls: Calls, value: unknown, options: GatherOptions): Request<unknown> {
  if (options !== NO_OPTIONS) checkGather(calls, value, options);
  const { rank, size } = calls;
  const { root = 0 } = options;
  const algorithm = chosen(calls, 'gather', options.algorithm);
  const placement = rank === root ? placementOf(value, size, options) : undefined;
  const places = isLimited(options) ? undefined : placement?.places;
  const block = packOwn(calls.endpoint, 'gather', rank, value, placement, options);
  const steps = STEPS[algorithm ?? select(calls, 'gather', {})];
  const longest = algorithm === undefined ? LONGEST_INLINE_BYTES : undefined;
  const hash = hashOf({ algorithm });
  return calls.start(whatOf('gather', root), hash, options, async (channel, request) => {
    const blocks = await steps(channel, root, block, places, longest);
    if (blocks === undefined || request.test()) return undefined;
    return placement === undefined ? unpackBlocks(blocks, rank, value) : placement.fill(blocks);
  });
}
