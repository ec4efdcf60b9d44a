import type { MemberProcess } from './member.ts';
import { type KnownProcess, watchProcess } from './process-tree.ts';

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Signals that ask for the end. */
export const STOP_SIGNALS: readonly (keyof typeof EXIT_CODES)[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Whoever sends them to all sends them to rank 0 too, which passes them on. */
const IGNORED_SIGNALS = ['SIGQUIT', 'SIGTSTP', 'SIGUSR2'] as const;

/** The exit code of a job whose ranks nobody waits for any more. */
const ORPHAN_EXIT_CODE = 1;

/** Have a process of another rank than 0 hand on what signals ask for. */
export function stopBySignals(own: MemberProcess, process: NodeJS.Process): void {
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => own.stop({ reason: `got ${signal}`, exitCode: EXIT_CODES[signal] }));
  }
  for (const signal of IGNORED_SIGNALS) process.on(signal, () => {});
}

/**
 * Ask for the end of the job when the launcher is gone: if it is killed, nobody ends what it has started.
 *
 * @returns what ends that
 */
export function stopWithLauncher(
  own: MemberProcess,
  name: string,
  launcher: KnownProcess,
): () => void {
  return watchProcess(launcher, () => {
    own.stop({ reason: `has lost ${name} (pid ${launcher.pid})`, exitCode: ORPHAN_EXIT_CODE });
  });
}
