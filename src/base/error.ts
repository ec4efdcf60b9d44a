/** What kind of mistake or failure an `MpiError` reports. @see MPI-4.1 §9.4 */
export type ErrorCode =
  | 'ERR_RANK'
  | 'ERR_TAG'
  | 'ERR_COMM'
  | 'ERR_ROOT'
  | 'ERR_GROUP'
  | 'ERR_BUFFER'
  | 'ERR_COUNT'
  | 'ERR_TYPE'
  | 'ERR_TRUNCATE'
  | 'ERR_REQUEST'
  | 'ERR_ARG'
  | 'ERR_OP'
  | 'ERR_CANCELLED'
  | 'ERR_TIMEOUT'
  | 'ERR_READY'
  | 'ERR_MISMATCH'
  | 'ERR_FINALIZED'
  | 'ERR_PROC_FAILED'
  | 'ERR_PROC_FINISHED'
  | 'ERR_NATIVE'
  | 'ERR_SPAWN'
  | 'ERR_PORT'
  | 'ERR_NAME'
  | 'ERR_TASK'
  | 'ERR_OTHER';

/** What an `MpiError` may carry besides its code and message. */
export interface ErrorDetails {
  /** Number of the process that raised the error, where that is known: its rank in the world of a job that spawned none. */
  readonly rank?: number | undefined;
  /** Number of the process whose loss is reported. */
  readonly peer?: number | undefined;
  /** Place of the item on which a function failed. */
  readonly item?: number | undefined;
  /** The error behind this one. */
  readonly cause?: unknown;
}

/**
 * Every error this library raises for a mistake of the caller or a failure of the world around it.
 *
 * The message says who, in which call, with which values, and what to change.
 */
export class MpiError extends Error {
  override readonly name: string = 'MpiError';
  readonly code: ErrorCode;
  declare readonly rank?: number;
  declare readonly peer?: number;
  declare readonly item?: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    // Absent rather than undefined, so that a printed error shows only what is known.
    if (details.rank !== undefined) this.rank = details.rank;
    if (details.peer !== undefined) this.peer = details.peer;
    if (details.item !== undefined) this.item = details.item;
  }
}

/** What a thrown value says, which need not be an error. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Stop with a message that blames this library: the condition can only fail by a mistake of ours. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`tsmpi is at fault, please report it: ${message}`);
}
