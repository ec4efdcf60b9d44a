/** Receive from whichever rank of the communicator sent first. @see MPI-4.1 §3.2.4 */
export const ANY_SOURCE = -1;

/** Receive a message whatever its tag. @see MPI-4.1 §3.2.4 */
export const ANY_TAG = -1;

/** The rank that is nobody: sends to it and receives from it complete at once. @see MPI-4.1 §3.10 */
export const PROC_NULL = -2;

/** The largest tag; the smallest is 0. @see MPI-4.1 §9.1.2 */
export const TAG_UB: number = 2 ** 31 - 1;
