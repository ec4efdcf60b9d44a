import { ANY_TAG, PROC_NULL } from '../base/constants.ts';

/** What is known of a message once it is matched. @see MPI-4.1 §3.2.5 */
export interface Status {
  /** Rank of the sender in the communicator of the receive. */
  readonly source: number;
  readonly tag: number;
  /** Elements: of the typed array that was sent; 1 for any other value. */
  readonly count: number;
  /** Size of the message as it travelled. */
  readonly bytes: number;
  /** Whether the operation was cancelled instead of completed. */
  readonly cancelled: boolean;
}

/** The status of a receive from nobody. @see MPI-4.1 §3.10 */
export const PROC_NULL_STATUS: Status = {
  source: PROC_NULL,
  tag: ANY_TAG,
  count: 0,
  bytes: 0,
  cancelled: false,
};
