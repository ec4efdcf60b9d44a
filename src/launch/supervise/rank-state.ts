import type { FromRank } from '../../control/message.ts';
import type { RankEnd } from '../start/start.ts';

/** What the launcher knows of one process of the job; its rank in the first world is its number. */
export interface RankState {
  readonly rank: number;
  phase: 'unstarted' | 'running' | 'ended';
  /** 0 if it never started. */
  pid: number;
  joined: boolean;
  address: string | undefined;
  /** What it sent on entering finalize. */
  finalizing: (FromRank & { readonly kind: 'finalizing' }) | undefined;
  finalizingSince: number;
  /** Why the others must do without it, once they were told. */
  lost: string | undefined;
  /** Its host was lost: what is heard of it later counts no more. */
  hostLost: boolean;
  /** Its failure was noted. */
  failed: boolean;
  /** How it ended; undefined also if it never started. */
  end: RankEnd | undefined;
  outputClosed: boolean;
  /** It was running when it was signalled to end. */
  stopped: boolean;
  /** Its failure is not the job's. */
  tolerant: boolean;
  /** It is not needed, so its end is nothing to speak of: those that it served are done, or others could not be started. */
  dismissed: boolean;
  /** All with whom it was connected are in finalize or gone, as it is. */
  released: boolean;
  /** That was so while others went on, which are to hear no more of it than of a stranger. */
  left: boolean;
  /** So many processes of the job it knows of, from birth or by word. */
  known: number;
  /** It belongs to another job, of which this process tells; undefined for all others. */
  readonly speaker: number | undefined;
}

/** The state of a rank that is yet to be started. */
export function newRankState(rank: number, known: number, tolerant = false): RankState {
  return {
    rank,
    phase: 'unstarted',
    pid: 0,
    joined: false,
    address: undefined,
    finalizing: undefined,
    finalizingSince: 0,
    lost: undefined,
    hostLost: false,
    failed: false,
    end: undefined,
    outputClosed: false,
    stopped: false,
    tolerant,
    dismissed: false,
    released: false,
    left: false,
    known,
    speaker: undefined,
  };
}

/** The state of a process of another job: nothing of it is for this launcher to start or to end. */
export function foreignState(rank: number, known: number, speaker: number): RankState {
  return { ...newRankState(rank, known, true), phase: 'ended', speaker };
}
