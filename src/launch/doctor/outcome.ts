/** What is tried on each host, in this order: where one fails, those behind it are not tried. */
export const STEPS = ['resolve', 'tcp', 'start', 'node', 'runtime', 'clock', 'ports'] as const;

/** One of `STEPS`. */
export type Step = (typeof STEPS)[number];

/** What came of a step on a host. */
export type Outcome = Good | Trouble | NotTried;

/** It works. */
export interface Good {
  readonly result: 'ok';
  /** What was found, in a few characters. */
  readonly found?: string | undefined;
}

/** It does not work, or a `warning`: a job would run all the same. */
export interface Trouble {
  readonly result: 'failed' | 'warning';
  /** What was found, in a few characters. */
  readonly found?: string | undefined;
  /** What is wrong, as one says it behind the host's name and a colon. */
  readonly problem: string;
  /** What the user can type to see the same; empty if there is no such thing. */
  readonly command: string;
  /** What the user can do about it; empty if there is nothing to say. */
  readonly remedy: string;
}

/** There was nothing to try: the step does not apply to that host. */
export interface NotTried {
  readonly result: 'skipped';
  /** Why, in a few characters. */
  readonly found?: string | undefined;
}

/** What came of all steps on a host; of those that are not there nothing is known. */
export interface HostReport {
  /** As the user has named it. */
  readonly host: string;
  /** What the start of a command there is called: `ssh`; undefined for this host. */
  readonly startName: string | undefined;
  readonly outcomes: ReadonlyMap<Step, Outcome>;
}

/** Whether a job could run on these hosts. */
export function allIsWell(reports: readonly HostReport[]): boolean {
  return reports.every(({ outcomes }) =>
    [...outcomes.values()].every(({ result }) => result !== 'failed'),
  );
}
