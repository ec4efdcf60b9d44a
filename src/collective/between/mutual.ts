import type { TypedArray } from '../../base/array-kind.ts';
import { isLimited, type Limits } from '../../match/limits.ts';
import type { Request } from '../../request/request.ts';
import { bruck } from '../allgather/bruck.ts';
import { packBlocks } from '../block/blocks.ts';
import { checkCut } from '../block/check-blocks.ts';
import { LONGEST_INLINE_BYTES } from '../block/inline.ts';
import { pack } from '../block/value.ts';
import { binomial as broadcastBinomial } from '../broadcast/binomial.ts';
import type { Calls } from '../call/calls.ts';
import { hashOf, whatOf } from '../call/signature.ts';
import { allSent, type Channel } from '../channel.ts';
import { binomial as reduceBinomial } from '../reduce/binomial.ts';
import { Accumulator } from '../reduction/accumulator.ts';
import { checkOp, checkOpAlone } from '../reduction/check-reduction.ts';
import { copyOfValue } from '../reduction/memory.ts';
import { reductionHash } from '../reduction/reduction.ts';
import { SubChannel } from '../sub-channel.ts';
import { acrossFrom, checkBetween, type Sides } from './sides.ts';

const ALLGATHER = whatOf('allgather');
const ALLTOALL = whatOf('alltoall');
const ALLREDUCE = whatOf('allreduce');
const REDUCE_SCATTER = whatOf('reduceScatter');

/**
 * Bring the values of each group to all ranks of the other, as if both were one: what comes from the own group is passed on, and
 * not kept.
 *
 * @see MPI-4.1 §6.7
 */
export function allgather(
  calls: Calls,
  { remote }: Sides,
  value: unknown,
  options: Limits,
): Request<unknown[]> {
  checkBetween(calls, 'allgather', options);
  const block = pack(calls.endpoint, 'allgather', value, isLimited(options));
  return calls.start(ALLGATHER, 0, options, async (channel) => {
    const blocks = await bruck(channel, block, undefined, LONGEST_INLINE_BYTES);
    return remote.map((other) => blocks[other]?.unpack());
  });
}

/** Bring from each rank a value to each of the other group, directly. @see MPI-4.1 §6.8 */
export function alltoall(
  calls: Calls,
  sides: Sides,
  values: readonly unknown[] | TypedArray,
  options: Limits,
): Request<unknown[]> {
  checkBetween(calls, 'alltoall', options);
  const caller = acrossFrom(calls, sides);
  checkCut(caller, 'alltoall', values, {});
  const blocks = packBlocks(caller, 'alltoall', values, {}, isLimited(options));
  return calls.start(ALLTOALL, 0, options, (channel) => exchange(channel, sides, blocks));
}

/**
 * Combine what each group gives, in the order of its ranks, for all ranks of the other: up a binomial tree, across from first to
 * first, and down.
 *
 * @see MPI-4.1 §6.9.6
 */
export function allreduce(
  calls: Calls,
  { local, remote, rank }: Sides,
  value: unknown,
  opLike: unknown,
  options: Limits,
): Request<unknown> {
  checkBetween(calls, 'allreduce', options);
  const op = checkOp(calls.endpoint, 'allreduce', opLike, value);
  const own = isLimited(options) ? copyOfValue(value) : value;
  const hash = reductionHash(op, value);
  return calls.start(ALLREDUCE, hash, options, async (channel) => {
    const group = new SubChannel(channel, local, rank);
    const result = await reduceBinomial(group, op, own, undefined, 0);
    const [first = 0] = remote;
    const sent = rank === 0 ? channel.send(result, first) : undefined;
    const arrived = rank === 0 ? await channel.receivePacked(first) : undefined;
    const theirs = await broadcastBinomial(group, 0, arrived);
    if (sent?.test() === false) await sent;
    return theirs.unpack();
  });
}

/**
 * Combine what each group gives for each rank of the other: every rank gets what is for it, and combines that itself.
 *
 * @see MPI-4.1 §6.10.1
 */
export function reduceScatter(
  calls: Calls,
  sides: Sides,
  values: readonly unknown[] | TypedArray,
  opLike: unknown,
  options: Limits,
): Request<unknown> {
  const call = 'reduceScatter';
  checkBetween(calls, call, options);
  const caller = acrossFrom(calls, sides);
  checkCut(caller, call, values, {});
  const op = checkOpAlone(caller, call, opLike);
  for (const value of Array.isArray(values) ? values : [values]) checkOp(caller, call, op, value);
  const blocks = packBlocks(caller, call, values, {}, isLimited(options));
  return calls.start(REDUCE_SCATTER, hashOf({ op: op.name }), options, async (channel) => {
    const [first, ...others] = await exchange(channel, sides, blocks);
    const total = Accumulator.withReceived(channel, op, first);
    for (const theirs of others) total.add(theirs, true);
    return total.finish();
  });
}

/** Send each rank of the other group its value, and receive one from each. */
async function exchange(
  channel: Channel,
  { remote, rank }: Sides,
  values: readonly unknown[],
): Promise<unknown[]> {
  const { length } = remote;
  const receives = remote.map((source) => channel.receive(source));
  // Each begins with another one, so that not all send to the same.
  const sends = remote.map((_, step) => {
    const dest = (rank + step) % length;
    return channel.send(values[dest], remote[dest] as number);
  });
  const received: unknown[] = [];
  for (const receive of receives) received.push(await receive);
  await allSent(sends);
  return received;
}
