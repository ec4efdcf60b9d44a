/**
 * All that a `tsrun join` process hears from whoever gathers the ranks of its host, and tells it.
 *
 * That is `tsrun join` of rank 0, or the agent which that one has started here.
 */

import type { FromAgent, ToAgent } from '../remote/protocol.ts';
import type { RankCommand } from '../start/start.ts';

/** What a process that was started as a rank says of it. */
export interface Member {
  /** Of tsmpi. */
  readonly version: string;
  readonly rank: number;
  readonly size: number;
  /** The source file, absolute. */
  readonly program: string;
  readonly args: readonly string[];
  /** What `-x` sets. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder to run in, absolute. */
  readonly wdir: string;
  readonly nodeArgs: readonly string[];
  /** The processors on which it may run; empty if that is not known. */
  readonly processors: readonly number[];
}

/** How it ends for a member: the exit code of the job, and what is to be said. */
export interface MemberEnd {
  readonly exitCode: number;
  /** Empty if there is nothing to say. */
  readonly text: string;
}

/** Why a member asks for the end of the job. */
export interface StopReason {
  /** What happened to it, as one says it after its name: `got SIGTERM`. */
  readonly reason: string;
  readonly exitCode: number;
}

/** What a member is told. */
export type ToMember =
  /** Say who you are. */
  | { readonly kind: 'meet' }
  | {
      readonly kind: 'start';
      readonly rank: number;
      /** Its environment is what is added to the member's own. */
      readonly command: Omit<RankCommand, 'segment'>;
      /** Where the shared memory can be opened. */
      readonly segment: string | undefined;
    }
  | Extract<ToAgent, { readonly kind: 'tell' | 'kill' | 'abandon' }>
  /** The job is over. */
  | ({ readonly kind: 'over' } & MemberEnd);

/** What a member says. */
export type FromMember =
  | { readonly kind: 'here'; readonly member: Member }
  | Extract<FromAgent, { readonly rank: number }>
  /** The job is to end. */
  | ({ readonly kind: 'stop' } & StopReason);
