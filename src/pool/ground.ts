import type { Clock } from '../base/clock.ts';
import type { Communicator, Intercommunicator } from '../comm/communicator.ts';
import type { Request } from '../request/request.ts';
import type { Line } from './progress.ts';

/** What pools need of the process that they are in. */
export interface Ground {
  /** As errors name it: `rank 0`. */
  readonly who: string;
  readonly rank: number;
  readonly clock: Clock;
  /** How many workers there are if nobody says. */
  readonly cores: number;
  /** Where a bar can be drawn, if anywhere. */
  bar(): Line | undefined;
  /** Say why this process can have no pool; undefined if it can. */
  refusal(): string | undefined;
  /** The ranks of the world, which serve once their programs have run to their end; undefined if there is only one. */
  crew(): Communicator | undefined;
  /** Name the module of the user that is meant, whatever it was compiled to. */
  sourceOf(module: string): string;
  /** Start workers for a module. Their ends are none of the job's. */
  spawn(module: string, options: { n: number; hosts?: Hosts }): Request<Intercommunicator>;
  /**
   * Say for how many milliseconds it is worth looking for what is waited for, before this process sleeps: 0 if that takes long
   * elsewhere, Infinity if it comes at once; undefined if nothing is waited for any more.
   */
  waits(waiting: object, lookMs: number | undefined): void;
  /** Workers are needed no more: end them at once, or let them go as soon as they have finished. */
  dismiss(processes: readonly number[], atOnce: boolean): void;
}

/** As `spawn` takes them. */
export type Hosts = string | readonly string[] | undefined;

let ground: Ground | undefined;

/** Say what this process is like; once. */
export function layGround(made: Ground): void {
  ground = made;
}

/** What this process is like. */
export function groundOf(): Ground {
  if (ground === undefined) throw new Error('tsmpi is at fault: there is no ground for pools');
  return ground;
}
