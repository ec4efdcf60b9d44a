/** What somebody may wait for: a message, the match of one, the other ranks of a call, another process of the job, another job. */
export const WAIT_KINDS = [
  'receive',
  'send',
  'synchronous',
  'collective',
  /** A value of the store. */
  'store',
  'lock',
  /** The launcher: processes that it starts, or lets go. */
  'launcher',
  'port',
  /** What there is to do for the worker of a pool: it waits for nobody. */
  'serving',
] as const;

export type WaitKind = (typeof WAIT_KINDS)[number];
