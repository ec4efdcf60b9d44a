import { PROC_NULL, ROOT } from '../../base/constants.ts';
import { isRank, showRanks } from '../../base/rank.ts';
import { show } from '../../base/show.ts';
import type { Limits } from '../../match/limits.ts';
import { type Caller, checkLimits, checkObject, wrong } from '../../pt2pt/check.ts';
import type { Request } from '../../request/request.ts';
import type { Calls, Steps } from '../call/calls.ts';
import { type Operation, whatOf } from '../call/signature.ts';
import { SubChannel } from '../sub-channel.ts';

/** The two groups of an intercommunicator; its calls count the ranks of both one after the other. */
export interface Sides {
  /** Those of this rank's own group. */
  readonly local: readonly number[];
  readonly remote: readonly number[];
  /** This rank in its group. */
  readonly rank: number;
}

/** What those of them take that have a root. */
export interface RootedOptions extends Limits {
  /** On the root ROOT, on the others of its group PROC_NULL, and on the other side the rank of the root. */
  readonly root: number;
}

/** Who calls, when values are counted by the ranks of the other group. */
export function acrossFrom({ endpoint }: Calls, { remote }: Sides): Caller {
  const { who, ownWorldRank } = endpoint;
  return { who, ownWorldRank, size: remote.length };
}

/** @throws MpiError `ERR_ARG` if the options are none */
export function checkBetween(calls: Calls, call: string, options: Limits): void {
  checkObject(calls.endpoint, call, options);
  checkLimits(calls.endpoint, call, options);
}

/** @throws MpiError `ERR_ROOT` if the root is nothing that it can be here, `ERR_ARG` if the options are none */
export function checkRooted(
  calls: Calls,
  sides: Sides,
  call: string,
  options: RootedOptions,
): void {
  checkBetween(calls, call, options);
  const { root } = options;
  const { length } = sides.remote;
  if (root === ROOT || root === PROC_NULL || isRank(root, length)) return;
  const has = `the other group has ${showRanks(length)}`;
  const text = `root ${show(root)} is out of range: ${has}; give ROOT on the root, PROC_NULL on the others of its group, and its rank on the other side`;
  throw wrong(calls.endpoint, call, 'ERR_ROOT', text);
}

/**
 * Start a call of a root and all ranks of the other group. They get a channel that counts the root as 0, and then the others.
 *
 * @returns undefined on the ranks beside the root
 */
export function startRooted<T>(
  calls: Calls,
  { local, remote, rank }: Sides,
  operation: Operation,
  options: RootedOptions,
  steps: Steps<T>,
): Request<T | undefined> {
  const { root } = options;
  // The ranks beside the root do not know it, so it is nothing that all could agree on.
  return calls.start(whatOf(operation), 0, options, async (channel, request) => {
    if (root === PROC_NULL) return undefined;
    const isRoot = root === ROOT;
    const ranks = isRoot ? [local[rank], ...remote] : [remote[root], ...local];
    const part = new SubChannel(channel, ranks as number[], isRoot ? 0 : rank + 1);
    return await steps(part, request as Request<T>);
  });
}
