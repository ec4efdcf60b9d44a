import type { FromRank, ToRank } from '../../control/message.ts';

/** What a process asks for that wants more processes. */
export type SpawnRequest = FromRank & { readonly kind: 'spawn' };

/** What a process asks for that has met processes of another job. */
export type ReserveRequest = FromRank & { readonly kind: 'reserve' };

/** All that the job's decisions do to the world, so that tests can put another world in its place. */
export interface JobEffects {
  /** Milliseconds on a clock that never jumps. */
  now(): number;
  /** Run something later. Returns what takes the timer back. */
  setTimer(ms: number, run: () => void): () => void;
  send(rank: number, message: ToRank): void;
  /** Get the processes ready that a rank asks for; `Job.grow` or `Job.notSpawned` is called with the answer. */
  spawn(rank: number, request: SpawnRequest): void;
  /** Have numbers given to processes of another job, in turn with those that are spawned: by `Job.reserve`. */
  reserve(rank: number, request: ReserveRequest): void;
  /** Signal the rank's process group. */
  kill(rank: number, signal: NodeJS.Signals): void;
  /** Tell whether any process of the rank's group is left. */
  alive(rank: number): boolean;
  /** The last lines that the rank wrote to its standard error. */
  tail(rank: number): readonly string[];
  /** Stop waiting for the end of the rank's output. */
  abandon(rank: number): void;
  /** Show how far a rank has come, in one line that is shown until the next, or for good. */
  progress(rank: number, text: string, kept: boolean): void;
  /** Tell the user; one or more whole lines, without a final newline. */
  note(text: string): void;
  /** Stop this process until somebody continues it. */
  suspend(): void;
  /** The job is over. Called once, last of all. */
  done(exitCode: number): void;
}
