import { arrayKindOf, type TypedArray } from '../../base/array-kind.ts';
import { isLimited } from '../../match/limits.ts';
import { NO_OPTIONS } from '../../pt2pt/check.ts';
import type { Request } from '../../request/request.ts';
import { checkGathering, packOwn, placementOf, unpackBlocks } from '../block/gathered.ts';
import { LONGEST_INLINE_BYTES } from '../block/inline.ts';
import type { Calls } from '../call/calls.ts';
import { hashOf, whatOf } from '../call/signature.ts';
import { type CollectiveOptions, checkOptions } from '../check.ts';
import { chosen, select } from '../select.ts';
import { bruck } from './bruck.ts';
import { linear } from './linear.ts';
import { recursiveDoubling } from './recursive-doubling.ts';
import { ring } from './ring.ts';

/** How an allgather may differ from the plain one. */
export interface AllgatherOptions extends CollectiveOptions {
  /** One array to be filled with the arrays of all ranks, and returned. */
  readonly into?: TypedArray | undefined;
  /** With `into`: how many elements each rank sends; whatever comes if left out. */
  readonly counts?: ArrayLike<number> | undefined;
  /** With `into`: where the block of each rank is put; behind the one before if left out. */
  readonly displacements?: ArrayLike<number> | undefined;
}

const ALLGATHER = whatOf('allgather');
const STEPS = { linear, ring, bruck, 'recursive-doubling': recursiveDoubling };

/** Check the arguments of an allgather. @throws MpiError */
function checkAllgather(calls: Calls, value: unknown, options: AllgatherOptions): void {
  checkOptions(calls.endpoint, 'allgather', options);
  checkGathering(calls.endpoint, 'allgather', calls.rank, value, options);
}

/** Start an allgather. */
export function allgather(
  calls: Calls,
  value: unknown,
  options: AllgatherOptions,
): Request<unknown> {
  if (options !== NO_OPTIONS) checkAllgather(calls, value, options);
  const { rank, size } = calls;
  const { into } = options;
  const algorithm = chosen(calls, 'allgather', options.algorithm);
  const placement = placementOf(value, size, options);
  const places = isLimited(options) ? undefined : placement?.places;
  const block = packOwn(calls.endpoint, 'allgather', rank, value, placement, options);
  const dataKind = into === undefined ? 0 : arrayKindOf(into)?.id;
  const steps = STEPS[algorithm ?? select(calls, 'allgather', {})];
  const longest = algorithm === undefined ? LONGEST_INLINE_BYTES : undefined;
  const hash = hashOf({ algorithm, dataKind });
  return calls.start(ALLGATHER, hash, options, async (channel, request) => {
    const blocks = await steps(channel, block, places, longest);
    if (request.test()) return undefined;
    return placement === undefined ? unpackBlocks(blocks, rank, value) : placement.fill(blocks);
  });
}
