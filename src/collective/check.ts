import { isRank, showRanks } from '../base/rank.ts';
import { show } from '../base/show.ts';
import type { Limits } from '../match/limits.ts';
import { type Caller, checkLimits, checkObject, wrong } from '../pt2pt/check.ts';

/** What every collective call may be given. */
export interface CollectiveOptions extends Limits {
  /** The way to do it, the same on all ranks; the library chooses if it is left out. */
  readonly algorithm?: string | undefined;
}

/** @throws MpiError `ERR_ARG` if the options are no object, or their limits are none */
export function checkOptions(caller: Caller, call: string, options: CollectiveOptions): void {
  if (typeof options === 'number') {
    throw wrong(
      caller,
      call,
      'ERR_ARG',
      `the options must be an object; to name the root, write { root: ${options} }`,
    );
  }
  checkObject(caller, call, options);
  checkLimits(caller, call, options);
}

/** @throws MpiError `ERR_ROOT` unless it is a rank */
export function checkRoot(caller: Caller, call: string, root: number): void {
  if (isRank(root, caller.size)) return;
  throw wrong(
    caller,
    call,
    'ERR_ROOT',
    `root ${show(root)} is out of range: this communicator has ${showRanks(caller.size)}`,
  );
}
