import type { AlgorithmChoices } from '../../base/algorithms.ts';
import type { UserLine } from './call.ts';

/** What decides how the calls of a communicator are done, the same on all its ranks. */
export interface CollectiveSetup {
  /** What the user chose for the whole job. */
  readonly choices: AlgorithmChoices;
  /** Whether all ranks are on one host. */
  readonly sameHost: boolean;
  readonly userLine: UserLine;
  /** Whether ranks compare what they call, and from where, before each call. */
  readonly check: boolean;
}
