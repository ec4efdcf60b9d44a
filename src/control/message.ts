import type { AlgorithmChoices } from '../base/algorithms.ts';
import type { WaitKind } from '../base/wait-kind.ts';
import type { Disconnection } from '../group/connections.ts';
import type { WorldSpan } from '../group/world-span.ts';
import type { PortRange } from '../hosts/port-range.ts';
import type { StoreAnswer, StoreCall } from '../keeper/call.ts';
import type { EndingNews } from './ending.ts';

/**
 * Everything that ranks and the launcher say to each other, over the pipe that started the rank.
 *
 * Plain JSON-safe objects, so that any pipe can carry them.
 */

/** How one operation that a rank is waiting in looks from outside. */
export interface Wait {
  readonly kind: WaitKind;
  /** The call as the user would write it: `receive from 1, tag 7`. */
  readonly call: string;
  /** World ranks that could let it go on; empty if nobody can. */
  readonly waitsFor: readonly number[];
  /** Milliseconds since the call. */
  readonly sinceMs: number;
  /** Frames of the user's own code, innermost first, as V8 prints them; empty if nobody awaits it. */
  readonly stack: readonly string[];
  /** The lock of the store that it waits for, if it does: who holds that is known to the launcher. */
  readonly lock?: string | undefined;
  /** What may be wrong: an unread message that is nearly what it waits for. Begins with a semicolon. */
  readonly hint?: string | undefined;
}

/** How a process stands that waits, and that nothing but another process can let go on, for all it knows. */
export interface Standing {
  /** World ranks of which any could let it go on. */
  readonly waitsFor: readonly number[];
  /** Locks of the store that it waits for: whoever holds one could let it go on. */
  readonly locks: readonly string[];
  /** Others whose messages could end what waits all the same: in a collective call any rank may turn out to be in another one. */
  readonly mayHear: readonly number[];
  /** How many frames it has sent to each world rank, and got from each. */
  readonly framesSent: readonly number[];
  readonly framesReceived: readonly number[];
  /** How many messages of the launcher it has taken in, without questions. */
  readonly heard: number;
}

/** An error as it travels to the launcher. */
export interface Failure {
  /** The stack, source-mapped, as Node would have printed it. */
  readonly text: string;
  /** The first line alone. */
  readonly summary: string;
  /** The world rank whose failure caused this one, if this rank is not itself at fault. */
  readonly causedBy?: number | undefined;
}

/** What a rank tells the launcher. */
export type FromRank =
  /**
   * The program imported tsmpi: this process is a rank of the world, not just any process. The address is the
   * port at which it accepts messages, if it does so at one.
   */
  | { readonly kind: 'joined'; readonly address?: string | undefined }
  | EndingNews
  /** An error nobody caught; the process ends with `exitCode` right after. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly exitCode: number }
  /** `abort(code)` was called. */
  | { readonly kind: 'abort'; readonly exitCode: number; readonly stack: readonly string[] }
  /**
   * Start these programs as further processes of the job, in this order. `parents` are the process numbers of those that
   * spawn them together, and `context` that of the communicator between these and the children. Answered by
   * `spawned` or `not-spawned` with the same `id`. If `tolerant`, a child that fails is not the failure of the job.
   */
  | {
      readonly kind: 'spawn';
      readonly id: number;
      readonly programs: readonly SpawnProgram[];
      readonly parents: readonly number[];
      readonly context: number;
      readonly tolerant: boolean;
    }
  /**
   * Give numbers to so many processes of another job, which this process has met and speaks for: `name` is what messages call
   * them. Answered as `spawn` is; none is started.
   */
  | {
      readonly kind: 'reserve';
      readonly id: number;
      readonly count: number;
      readonly name: string;
    }
  /** What has become of a process of another job for which this one speaks: to be told to all. */
  | { readonly kind: 'foreign'; readonly process: number; readonly end: ForeignEnd }
  /**
   * This rank is through with a communicator of which not all are in its world. Answered by `parted` with the same context once
   * all are: those with whom it is not connected then go their own way.
   */
  | ({ readonly kind: 'disconnected' } & Disconnection)
  /** From now on the end of this rank is not the failure of the job: it serves as a worker that can be replaced. */
  | { readonly kind: 'serving' }
  /**
   * These processes are needed no more: end them at once, or let them go when they are in finalize. Only for those whose failure is
   * not that of the job.
   */
  | {
      readonly kind: 'dismiss';
      readonly processes: readonly number[];
      readonly atOnce: boolean;
    }
  /** The answer to `where`. */
  | {
      readonly kind: 'waits';
      readonly id: number;
      readonly waits: readonly Wait[];
      readonly finalizing: boolean;
    }
  /** How far this rank has come, to be shown in one line: for now, or as a line that stays. */
  | { readonly kind: 'progress'; readonly text: string; readonly kept: boolean }
  /**
   * It waits, its event loop has nothing else to do, and neither has changed for a while. Said again once anything has, and then
   * no longer does.
   */
  | { readonly kind: 'stands'; readonly standing: Standing }
  /** Calls to the store, in this order. */
  | { readonly kind: 'store'; readonly calls: readonly StoreCall[] };

/**
 * How a process of another job goes: lost for a reason, or into `finalize`, having sent so many frames to each process of
 * this job.
 */
export type ForeignEnd = { readonly lost: string } | { readonly framesSent: readonly number[] };

/** In place of the host of a process: it belongs to another job, and only its number is of this one. */
export const FOREIGN_HOST = -1;

/** What the launcher tells a rank. */
export type ToRank =
  /**
   * Said first of all to a program that plain Node runs, by the launcher that it has started: it is process 0 of a job now,
   * whose private folder is this. The memory is that in the file which it has given to the launcher, if it has and that can be used.
   */
  | {
      readonly kind: 'adopted';
      readonly folder: string;
      readonly segment?: SegmentStart | undefined;
    }
  /**
   * What every process gave as its address, by number, and nothing for one that has none, or none yet; only for transports
   * that need a table. Sent again when there are more.
   */
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  /** Another rank entered `finalize`, having sent so many frames to each rank. */
  | { readonly kind: 'finalizing'; readonly rank: number; readonly framesSent: readonly number[] }
  /** Every rank with which this one is connected entered `finalize`: it is over. */
  | { readonly kind: 'finalized' }
  /** Another rank is gone; operations that need it must fail with this reason. */
  | { readonly kind: 'lost'; readonly rank: number; readonly reason: string }
  /** This rank's failure ends the job: whatever waits must fail with this reason. */
  | { readonly kind: 'ending'; readonly rank: number; readonly reason: string }
  /** Report what you are waiting in. */
  | { readonly kind: 'where'; readonly id: number }
  /**
   * There are further processes, from this number on, on these hosts, one for each, or of other jobs. Said to every rank before any of them
   * is started; not to the new ones, which are born knowing it. With it, the memory that this rank shares with some of them.
   */
  | {
      readonly kind: 'grown';
      readonly first: number;
      readonly hosts: readonly number[];
      readonly segments: readonly SegmentGrowth[];
      /** What this rank is to know of the network from now on, if a host has been added. */
      readonly network?: NetworkStart | undefined;
    }
  /** What this rank asked to spawn is there, under these process numbers: every child has joined. */
  | ({ readonly kind: 'spawned'; readonly id: number } & WorldSpan)
  /** What this rank asked to spawn is not there, for this reason; the job goes on. */
  | {
      readonly kind: 'not-spawned';
      readonly id: number;
      readonly code: string;
      readonly text: string;
    }
  /** All that had this communicator have disconnected or ended. */
  | { readonly kind: 'parted'; readonly context: number }
  /** Answers of the store. */
  | { readonly kind: 'store'; readonly answers: readonly StoreAnswer[] };

/** A program that is spawned, and how. */
export interface SpawnProgram {
  /** As the user gave it: a path, relative to where the launcher was started. */
  readonly program: string;
  /** How many processes run it. */
  readonly n: number;
  readonly args: readonly string[];
  /** Added to the environment that ranks have. */
  readonly env: Readonly<Record<string, string>>;
  readonly wdir?: string | undefined;
  /** On which hosts, as `-H` names them; left out: on those of the job with the most room. */
  readonly hosts?: string | undefined;
}

/** In the folder of a program that was brought to a host: files at the paths that they had where it came from. */
export const MIRROR = 'tsmpi-packages';

/** What the launcher tells a rank before its first line runs, in the environment variable `TSMPI_JOB`. */
export interface RankStart {
  /** The number of this process in the job; in the first world that is its rank. */
  readonly rank: number;
  /** How many processes the job has had by now, these included that start together. */
  readonly size: number;
  /** The processes that are the world of this one; left out: all. */
  readonly world?: WorldSpan | undefined;
  /** Those that spawned this one together, and the context of the communicator between them and this world. */
  readonly parent?: { readonly ranks: readonly number[]; readonly context: number } | undefined;
  /** The user's source file, absolute: becomes `process.argv[1]`. */
  readonly program: string;
  /** The compiled program, absolute: what is imported. */
  readonly compiled: string;
  /** The file with V8's code of this library, which a rank may also write. */
  readonly code?: string | undefined;
  /** URL of the folder with this library: frames in it are left out of reports. */
  readonly library: string;
  /** The transport between different ranks. */
  readonly transport: TransportName;
  /** What carries messages between those of one host that share no memory; `transport` if left out. */
  readonly sockets?: TransportName | undefined;
  /** For `shm`: the memory that the processes of this host share, open as descriptor `SEGMENT_FD`. */
  readonly segment?: SegmentStart | undefined;
  /** Private folder of the job, for socket files and pipes. */
  readonly folder: string;
  /** Standard sends up to this many bytes are eager; Infinity is written as -1. */
  readonly eagerBytes: number;
  /** How many characters fit into a line of the terminal on which the launcher shows progress; left out: it shows none. */
  readonly columns?: number | undefined;
  /** Algorithms of collective operations that the user has chosen. */
  readonly choices?: AlgorithmChoices | undefined;
  /** Whether ranks are to look for mistakes that cost messages to find. */
  readonly check?: boolean | undefined;
  /** Keys of the job, for transports that leave the host's own protection. */
  readonly keys?: { readonly publicKey: string; readonly secretKey: string } | undefined;
  /** The host of each world rank, by number; left out: all are on one host. */
  readonly hosts?: readonly number[] | undefined;
  /** How ranks of different hosts find each other; left out: all are on one host. */
  readonly network?: NetworkStart | undefined;
}

/** What the ranks of one host must know of the network between hosts. */
export interface NetworkStart {
  /** IP addresses of this host on which its ranks accept messages, each rank at one port on all of them. */
  readonly bind: readonly string[];
  /** The ports that may be taken; left out: any. */
  readonly portRange?: PortRange | undefined;
  /** By host number: the IP address under which this host reaches that one; empty for itself. */
  readonly routes: readonly string[];
  /** Whether messages are encrypted. If not, who has the job's keys is still the only one who may send any. */
  readonly encrypt: boolean;
}

/** How ranks wait for messages: at full speed, as is best on the whole, or without any use of the processor. */
export type WaitMode = 'spin' | 'adaptive' | 'park';

/**
 * A part of the memory that processes of one host share: one file without a name, to which each growth of the job adds such a part.
 *
 * Where one names another as its member or elder, the two reach each other through it, and otherwise not; so both always agree.
 */
export interface SegmentPart {
  /** Where it begins in the file, in bytes. */
  readonly at: number;
  /** The processes for which it was made, in the order of their places. */
  readonly members: readonly number[];
  /** Bytes of the ring of each ordered pair of them. */
  readonly ringBytes: number;
  /** The processes that were there before, and reach the members through it. */
  readonly elders: readonly number[];
  /** Bytes of the ring of each ordered pair of an elder and a member. */
  readonly elderRingBytes: number;
}

/** What a rank must know of the memory that it shares with others. */
export interface SegmentStart {
  readonly part: SegmentPart;
  /** The parts that were made for the elders: where these sleep. */
  readonly homes: readonly Pick<SegmentPart, 'at' | 'members'>[];
  /** Whether there are more ranks than processors, so that looking in a loop would hold up others. */
  readonly crowded: boolean;
  readonly wait: WaitMode;
  /** The file of koffi for this machine, if the launcher knows it. */
  readonly addon?: string | undefined;
}

/** What those must know of a part who were there before it. */
export type SegmentGrowth = Pick<SegmentStart, 'part' | 'crowded' | 'addon'>;

/** The descriptor under which a rank finds the shared memory of its host. */
export const SEGMENT_FD = 4;

/** What `--transport` can name. */
export type TransportName = 'shm' | 'zeromq' | 'zeromq-tcp';
