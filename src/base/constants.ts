/** Receive from whichever rank of the communicator sent first. @see MPI-4.1 §3.2.4 */
export const ANY_SOURCE = -1;

/** Receive a message whatever its tag. @see MPI-4.1 §3.2.4 */
export const ANY_TAG = -1;

/** The rank that is nobody: sends to it and receives from it complete at once. @see MPI-4.1 §3.10 */
export const PROC_NULL = -2;

/** The largest tag; the smallest is 0. @see MPI-4.1 §9.1.2 */
export const TAG_UB: number = 2 ** 31 - 1;

/**
 * What stands for no rank and no color: the rank of a process in a group that it is not in, and the
 * color with which a rank stays out of a split.
 *
 * @see MPI-4.1 §7.3.1, §7.4.2
 */
export const UNDEFINED = -32766;

/**
 * The root of a collective on an intercommunicator, as the root itself gives it.
 *
 * The others of its group give PROC_NULL, and the ranks of the other group its rank.
 *
 * @see MPI-4.1 §6.2.3
 */
export const ROOT = -4;
