/** How a job is to be watched over. */
export interface SuperviseOptions {
  readonly size: number;
  /** `--grace`: seconds between asking ranks to end and killing them. */
  readonly graceSeconds: number | undefined;
  /** `--timeout`: seconds that the whole job may take. */
  readonly timeoutSeconds: number | undefined;
  /** `--on-failure`: what a failed rank means for the others. */
  readonly onFailure: 'kill' | 'continue';
  /** `--deadlock`: what is done when ranks wait for each other for ever. */
  readonly onDeadlock: 'end' | 'show' | 'ignore';
  /** Say nothing but what failed, and what was asked for. */
  readonly quiet: boolean;
  /** `--check`: ranks tell what they leave unmatched, and are to know when all that was sent has come. */
  readonly check: boolean;
  /** The name in reports of the host that a rank runs on; the same at every call. */
  hostOf(rank: number): string;
  /** Paths inside this folder are shown relative to it. */
  readonly cwd: string;
}
