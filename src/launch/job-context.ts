import type { Allocation } from './allocation.ts';
import type { CommonStart } from './host.ts';
import type { Installation } from './installation.ts';

/** What the launcher knows of itself and of a job, whichever hosts its ranks run on. */
export interface JobContext {
  /** The tsmpi that this launcher belongs to. */
  readonly installation: Installation;
  /** What all ranks are told. */
  readonly common: CommonStart;
  /** The hosts of the job. */
  readonly allocation: Allocation;
  /** The name of this host. */
  readonly host: string;
  /** The launcher's working folder, absolute. */
  readonly cwd: string;
  readonly process: NodeJS.Process;
  /** Takes a line for `--verbose`. */
  readonly verbose: (text: string) => void;
}
