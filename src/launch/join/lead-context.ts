import type { ForeignRank } from '../../base/foreign-rank.ts';
import type { Installation } from '../installation.ts';
import type { JobOptions } from '../options.ts';
import type { MeetingPlace } from './place.ts';

/** What the process of rank 0 knows before it has met the others. */
export interface LeadContext {
  readonly foreign: ForeignRank;
  readonly job: JobOptions;
  readonly installation: Installation;
  /** Where the ranks of this host meet. */
  readonly place: MeetingPlace;
  readonly process: NodeJS.Process;
  /** How long ranks wait for each other. */
  readonly patienceMs: number;
}
