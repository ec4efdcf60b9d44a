import type { TypedArray } from '../../base/array-kind.ts';
import { isLimited } from '../../match/limits.ts';
import { checkInto } from '../../pt2pt/check.ts';
import type { Request } from '../../request/request.ts';
import { packBlocks } from '../block/blocks.ts';
import { checkCut } from '../block/check-blocks.ts';
import { LONGEST_INLINE_BYTES } from '../block/inline.ts';
import { overlap, ownCopy, roomIn, unpackInto } from '../block/value.ts';
import type { Calls } from '../call/calls.ts';
import { hashOf, whatOf } from '../call/signature.ts';
import { type CollectiveOptions, checkOptions, checkRoot } from '../check.ts';
import { chosen, select } from '../select.ts';
import { binomial } from './binomial.ts';
import { linear } from './linear.ts';

/** How a scatter may differ from the plain one. */
export interface ScatterOptions extends CollectiveOptions {
  /** The rank that has the values; 0 if left out. */
  readonly root?: number | undefined;
  /** On the root, of one array: how many elements each rank gets; all the same if left out. */
  readonly counts?: ArrayLike<number> | undefined;
  /** On the root, of one array: where the block of each rank begins; behind the one before if left out. */
  readonly displacements?: ArrayLike<number> | undefined;
  /** A typed array to be filled with the own block, and returned. */
  readonly into?: TypedArray | undefined;
}

const STEPS = { linear, binomial };

/** Check the arguments of a scatter. @throws MpiError */
function checkScatter(calls: Calls, values: unknown, options: ScatterOptions): void {
  const { endpoint } = calls;
  checkOptions(endpoint, 'scatter', options);
  const { root = 0, into } = options;
  checkRoot(endpoint, 'scatter', root);
  checkInto(endpoint, 'scatter', into);
  if (calls.rank === root) checkCut(endpoint, 'scatter', values, options);
}

/** Start a scatter. */
export function scatter(
  calls: Calls,
  values: readonly unknown[] | TypedArray | undefined,
  options: ScatterOptions,
): Request<unknown> {
  checkScatter(calls, values, options);
  const { root = 0, into } = options;
  const algorithm = chosen(calls, 'scatter', options.algorithm);
  const isRoot = calls.rank === root;
  const blocks =
    isRoot && values !== undefined
      ? packBlocks(calls.endpoint, 'scatter', values, options, isLimited(options))
      : undefined;
  const own = isRoot && Array.isArray(values) ? values[root] : undefined;
  const room = roomIn(into, options);
  const steps = STEPS[algorithm ?? select(calls, 'scatter', {})];
  const longest = algorithm === undefined ? LONGEST_INLINE_BYTES : undefined;
  const hash = hashOf({ algorithm });
  return calls.start(whatOf('scatter', root), hash, options, async (channel, request) => {
    const block = await steps(channel, root, blocks, room, longest);
    if (request.test()) return into;
    if (!isRoot) return unpackInto(block, into);
    if (into !== undefined)
      return unpackInto(overlap(block.bytes, into) ? ownCopy(block) : block, into);
    // A part of an array is copied, so that what all ranks get is theirs alone.
    return own ?? ownCopy(block).unpack();
  });
}
