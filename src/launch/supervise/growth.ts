import type { NetworkStart, SegmentGrowth } from '../../control/message.ts';
import type { SpawnedName } from './names.ts';

/** Processes by which a job grows: what somebody asked for, ready to be started. */
export interface Growth {
  /** The process that asked, and the number of its question. */
  readonly asker: number;
  readonly id: number;
  /** Of each new process, in the order of their numbers. */
  readonly names: readonly SpawnedName[];
  readonly hosts: readonly number[];
  /** Whether their failures are none of the job's. */
  readonly tolerant: boolean;
  /** What they share with those who are there already. */
  readonly segments: readonly SegmentGrowth[];
  /** Left out where that has not changed. */
  readonly networkOf?: NetworkOf | undefined;
}

/** What a process is to know of the network between hosts, by its number, if that has changed since it was started. */
export type NetworkOf = (process: number) => NetworkStart | undefined;
