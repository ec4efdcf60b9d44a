import type { TypedArray } from '../../base/array-kind.ts';
import { ROOT } from '../../base/constants.ts';
import { Packed } from '../../codec/payload.ts';
import { isLimited } from '../../match/limits.ts';
import { checkInto } from '../../pt2pt/check.ts';
import type { Request } from '../../request/request.ts';
import { packBlocks } from '../block/blocks.ts';
import { checkCut } from '../block/check-blocks.ts';
import { pack, roomIn, unpackInto } from '../block/value.ts';
import { binomial as broadcastBinomial } from '../broadcast/binomial.ts';
import type { Calls } from '../call/calls.ts';
import { linear as gatherLinear } from '../gather/linear.ts';
import { binomial as reduceBinomial } from '../reduce/binomial.ts';
import { checkOp, checkOpAlone } from '../reduction/check-reduction.ts';
import { copyOfValue } from '../reduction/memory.ts';
import { linear as scatterLinear } from '../scatter/linear.ts';
import { SubChannel } from '../sub-channel.ts';
import { acrossFrom, checkRooted, type RootedOptions, type Sides, startRooted } from './sides.ts';

/** What the root puts in its own place, where nobody looks. */
const NOTHING = new Packed(0, new Uint8Array(0));

/** How a broadcast to the other group may differ from the plain one. */
export interface RootedBroadcastOptions extends RootedOptions {
  /** On the ranks that receive: a typed array to be filled, and returned. */
  readonly into?: TypedArray | undefined;
}

/** Bring a value of the root to all ranks of the other group, down a binomial tree. @see MPI-4.1 §6.4 */
export function broadcast(
  calls: Calls,
  sides: Sides,
  value: unknown,
  options: RootedBroadcastOptions,
): Request<unknown> {
  checkRooted(calls, sides, 'broadcast', options);
  const { root, into } = options;
  checkInto(calls.endpoint, 'broadcast', into);
  const isRoot = root === ROOT;
  const packed = isRoot ? pack(calls.endpoint, 'broadcast', value, isLimited(options)) : undefined;
  const room = roomIn(into, options);
  return startRooted(calls, sides, 'broadcast', options, async (channel, request) => {
    const arrived = await broadcastBinomial(channel, 0, packed, room);
    if (isRoot) return value;
    return request.test() ? into : unpackInto(arrived, into);
  });
}

/** Bring each rank of the other group a value of its own from the root, directly. @see MPI-4.1 §6.6 */
export function scatter(
  calls: Calls,
  sides: Sides,
  values: readonly unknown[] | TypedArray | undefined,
  options: RootedOptions,
): Request<unknown> {
  checkRooted(calls, sides, 'scatter', options);
  const isRoot = options.root === ROOT;
  const caller = acrossFrom(calls, sides);
  if (isRoot) checkCut(caller, 'scatter', values, {});
  const blocks =
    isRoot && values !== undefined
      ? packBlocks(caller, 'scatter', values, {}, isLimited(options))
      : undefined;
  return startRooted(calls, sides, 'scatter', options, async (channel) => {
    if (blocks === undefined) return (await scatterLinear(channel, 0, undefined)).unpack();
    // The root itself gets none.
    await scatterLinear(channel, 0, [NOTHING, ...blocks]);
    return undefined;
  });
}

/** Bring the values of all ranks of the other group to the root, directly. @see MPI-4.1 §6.5 */
export function gather(
  calls: Calls,
  sides: Sides,
  value: unknown,
  options: RootedOptions,
): Request<unknown[] | undefined> {
  checkRooted(calls, sides, 'gather', options);
  const isRoot = options.root === ROOT;
  const block = isRoot ? NOTHING : pack(calls.endpoint, 'gather', value, isLimited(options));
  return startRooted(calls, sides, 'gather', options, async (channel) => {
    const blocks = await gatherLinear(channel, 0, block);
    return blocks?.slice(1).map((theirs) => theirs.unpack());
  });
}

/**
 * Combine what all ranks of the other group give, in their order, up a binomial tree of these; the first of them hands the
 * result to the root. @see MPI-4.1 §6.9.1
 */
export function reduce(
  calls: Calls,
  sides: Sides,
  value: unknown,
  opLike: unknown,
  options: RootedOptions,
): Request<unknown> {
  checkRooted(calls, sides, 'reduce', options);
  const contributes = options.root >= 0;
  const op = contributes
    ? checkOp(calls.endpoint, 'reduce', opLike, value)
    : checkOpAlone(calls.endpoint, 'reduce', opLike);
  const own = contributes && isLimited(options) ? copyOfValue(value) : value;
  return startRooted(calls, sides, 'reduce', options, async (channel) => {
    const { rank, size } = channel;
    if (rank === 0) return await channel.receive(1);
    const ranks = Array.from({ length: size - 1 }, (_, other) => other + 1);
    const group = new SubChannel(channel, ranks, rank - 1);
    const result = await reduceBinomial(group, op, own, undefined, 0);
    if (rank === 1) await channel.send(result, 0);
    return undefined;
  });
}
