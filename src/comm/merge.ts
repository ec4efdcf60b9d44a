import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { Packed } from '../codec/payload.ts';
import { binomial } from '../collective/broadcast/binomial.ts';
import { whatOf } from '../collective/call/signature.ts';
import { Group } from '../group/group.ts';
import { wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { type CreateOptions, checkCreation, propose, settle } from './creation.ts';
import { firstOfEach } from './endpoints.ts';
import type { Parts, Remote } from './parts.ts';

const MERGE = whatOf('merge');

/** How two groups become one. */
export interface MergeOptions extends CreateOptions {
  /** Whether the ranks of this group come after those of the other: the same on all ranks of one group. */
  readonly high?: boolean | undefined;
}

/** What rank 0 tells all: a context, and whether the group that is counted first, and the other one, wants to be high. */
type Terms = readonly [context: number, first: boolean, second: boolean];

/**
 * Make one communicator of two groups: the first of one group tells that of the other where it wants to be, and that
 * broadcasts both to all.
 */
export function merge<C>(
  parts: Parts,
  options: MergeOptions,
  make: (parts: Parts) => C,
): Request<C> {
  const { calls, maker, group } = parts;
  const { endpoint, rank } = calls;
  const remote = parts.remote as Remote;
  checkCreation(endpoint, 'merge', options);
  const { high = false } = options;
  if (typeof high !== 'boolean') {
    throw wrong(endpoint, 'merge', 'ERR_ARG', `high must be a boolean, not ${show(high)}`);
  }
  const name = parts.name.derive('merge', options.name);
  const first = firstOfEach(group.size, remote);
  return calls.start(MERGE, 0, options, async (channel) => {
    let packed: Packed | undefined;
    if (rank === 0) {
      const theirs = (await channel.receive(first.remote)) as boolean;
      const terms: Terms = [propose(parts), high, theirs];
      packed = Packed.of(terms);
    } else if (group.rank === 0 && !remote.comesLast) {
      await channel.send(high, 0);
    }
    const [proposed, ...wishes] = (await binomial(channel, 0, packed)).unpack() as Terms;
    const context = await settle(channel, parts, proposed);
    const agreed = wishes[remote.comesLast ? 0 : 1];
    if (agreed !== high) {
      const text = `rank 0 of this group gave high ${agreed}, and this one ${high}; give the same on all ranks of a group`;
      throw new MpiError('ERR_MISMATCH', text);
    }
    const all = endpoint.worldRanks;
    const half = Math.max(first.local, first.remote);
    const [firstWish, secondWish] = wishes;
    const isTurned = firstWish && !secondWish;
    const ranks = isTurned ? [...all.slice(half), ...all.slice(0, half)] : all;
    const merged = new Group(ranks, endpoint.ownWorldRank);
    return make(maker.open({ context, group: merged, name }));
  });
}
