/**
 * The contract for starting ranks: run this, and give me its streams and its control pipe.
 */

import type { Readable, Writable } from 'node:stream';
import type { FromRank, ToRank } from '../../control/message.ts';

/** One rank as it is to be run. */
export interface RankCommand {
  readonly rank: number;
  /** How messages call it, if not by its number: `rank 1 of child.ts`. */
  readonly name?: string | undefined;
  readonly execPath: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is added but what names the control pipe and the launcher. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** `pipe` gives the rank a standard input to be written to; `null` gives it an empty one. */
  readonly stdin: 'pipe' | 'null';
  /** A file of this process that the rank gets as its descriptor 4. */
  readonly segment?: number | undefined;
  /** The rank has the standard streams of this process as its own, whatever `stdin` says; nobody else sees them. */
  readonly ownStreams?: boolean | undefined;
}

/** How a process ended: exactly one of the two is set. */
export interface RankEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One rank that was started. */
export interface StartedRank {
  readonly rank: number;
  readonly pid: number;
  /** Undefined where the command asked for no standard input. */
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Send over the control pipe. Never throws; what comes after the end is dropped. */
  send(message: ToRank): void;
  /** Signal the rank's process group: the rank, and all it started that has not left the group. */
  kill(signal: NodeJS.Signals): void;
  /** Tell whether any process of the group can still be signalled. Once false it stays so. */
  alive(): boolean;
  /**
   * Take what the rank's streams hold, and close them, though somebody may hold them open: for ranks whose streams do not
   * come straight from the process. Left out where they do.
   */
  abandon?(): void;
  /**
   * Resolves once the process is gone and all it sent over the control pipe was handed on. Its
   * streams may still be open: what they hold is yet to be read, and descendants may go on writing.
   */
  readonly ended: Promise<RankEnd>;
}

/**
 * Takes in what a rank says. Only called with messages that have been checked, not before `start`
 * has resolved, and not after `ended` has.
 */
export type OnMessage = (message: FromRank) => void;

/** One way to start ranks. `Command` says what is to be started. */
export interface Starter<Command extends { readonly rank: number } = RankCommand> {
  /** Start one rank. Rejects with an error that says what was tried and what to change. */
  start(command: Command, onMessage: OnMessage): Promise<StartedRank>;
  /** Whether many may be started at once. Left out: one after the other. */
  readonly atOnce?: boolean;
  /** This process is about to be stopped for a while, or goes on. */
  suspend?(suspended: boolean): void;
  /** Release what the starter itself holds. Ranks are not ended by this; call it after they have. */
  close(): Promise<void>;
}
