import { nearest } from '../base/edit-distance.ts';
import { show } from '../base/show.ts';
import { hostsOf } from '../comm/spawn-programs.ts';
import type { Limits } from '../match/limits.ts';
import { checkLimits, checkObject } from '../pt2pt/check.ts';
import type { Hosts } from './ground.ts';
import type { ProgressReport } from './progress.ts';

/** How a call of a pool hands out its items. What is left out is as the pool's options say. */
export interface TaskOptions extends Limits {
  /** So many items go to a worker together; 1 if left out. */
  readonly chunkSize?: number | undefined;
  /** An item is run again so many times if its worker ends while it has it; 2 if left out. */
  readonly retries?: number | undefined;
  /** Is told how far the call has come, whenever results have come. */
  readonly onProgress?: ((report: ProgressReport) => void) | undefined;
  /** Whether to draw a bar on the standard error, if that, or that of tsrun, is a terminal. */
  readonly progress?: boolean | undefined;
}

/** How a call whose results come one by one hands out its items. */
export interface StreamOptions extends TaskOptions {
  /** How many items may be read whose results nobody has asked for yet; enough for four chunks of each worker if left out. */
  readonly readAhead?: number | undefined;
}

/** What a pool is like. */
export interface PoolOptions extends Omit<TaskOptions, keyof Limits> {
  /**
   * How many workers there are. Left out: under tsrun with several ranks all but rank 0; otherwise one for each processor. What the
   * ranks cannot provide is spawned.
   */
  readonly size?: number | undefined;
  /** Where workers may be spawned, as `-H` names hosts. */
  readonly hosts?: Hosts;
  /** A function that each worker calls before its first item; exported by the module, as all that workers call. */
  readonly initializer?: ((...args: never[]) => unknown) | undefined;
  /** Its arguments. */
  readonly initializerArgs?: readonly unknown[] | undefined;
}

/** Makes the error about a wrong argument. */
export type Refuse = (text: string) => Error;

/** Who calls, for checks that all of the library have. */
export interface PoolCaller {
  readonly who: string;
  readonly rank: number;
}

/** The options of pools and of their calls, of calls alone, and of pools alone. */
const OF_BOTH = ['chunkSize', 'retries', 'onProgress', 'progress'];
const OF_CALLS = ['timeout', 'signal', 'readAhead'];
const OF_POOLS = ['size', 'hosts', 'initializer', 'initializerArgs'];

/** @throws MpiError `ERR_ARG` */
export function checkCallOptions(
  caller: PoolCaller,
  call: string,
  options: StreamOptions,
  refuse: Refuse,
): void {
  checkTaskOptions(caller, call, options, refuse);
  checkNames(refuse, options, [...OF_BOTH, ...OF_CALLS], OF_POOLS, 'a pool, not of a call');
}

/** @throws MpiError `ERR_ARG` */
function checkTaskOptions(
  { who, rank }: PoolCaller,
  call: string,
  options: StreamOptions,
  refuse: Refuse,
): void {
  const caller = { who, ownWorldRank: rank, size: 1 };
  checkObject(caller, call, options);
  checkLimits(caller, call, options);
  const { chunkSize, retries, readAhead, onProgress, progress } = options;
  checkCount(refuse, 'chunkSize', chunkSize, 1);
  checkCount(refuse, 'retries', retries, 0);
  checkCount(refuse, 'readAhead', readAhead, 1);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw refuse(`onProgress must be a function, not ${show(onProgress)}`);
  }
  if (progress !== undefined && typeof progress !== 'boolean') {
    throw refuse(`progress must be a boolean, not ${show(progress)}`);
  }
}

/** @throws MpiError `ERR_ARG` */
export function checkPoolOptions(caller: PoolCaller, options: PoolOptions, refuse: Refuse): void {
  checkTaskOptions(caller, 'Pool', options, refuse);
  checkNames(refuse, options, [...OF_BOTH, ...OF_POOLS], OF_CALLS, 'a call, not of a pool');
  const { size, hosts, initializer, initializerArgs } = options;
  checkCount(refuse, 'size', size, 1);
  if (hosts !== undefined) hostsOf(refuse, hosts);
  if (initializerArgs === undefined) return;
  if (!Array.isArray(initializerArgs)) {
    throw refuse(`initializerArgs must be an array, not ${show(initializerArgs)}`);
  }
  if (initializer === undefined) throw refuse('there are initializerArgs, but no initializer');
}

/**
 * Refuse what is no option: who has mistyped one would else never hear of it.
 *
 * @param others  options of something else @param whose  of what
 */
function checkNames(
  refuse: Refuse,
  options: object,
  known: readonly string[],
  others: readonly string[],
  whose: string,
): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    if (others.includes(name)) throw refuse(`${name} is an option of ${whose}`);
    const near = nearest(name, known);
    const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
    throw refuse(`there is no option ${name}; ${hint}`);
  }
}

function checkCount(refuse: Refuse, name: string, value: unknown, least: number): void {
  if (value === undefined || (Number.isInteger(value) && (value as number) >= least)) return;
  throw refuse(`${name} must be an integer from ${least}, not ${show(value)}`);
}
