import { existsSync } from 'node:fs';
import { reasonOf } from '../../base/error.ts';
import type { RankCommand } from './start.ts';

/** Say why a rank could not be started, and what to change. */
export function startError(command: RankCommand, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException | null)?.code;
  const name = command.name ?? `rank ${command.rank}`;
  return new Error(`cannot start ${name}: ${explain(command, code, cause)}`, { cause });
}

function explain(command: RankCommand, code: string | undefined, cause: unknown): string {
  switch (code) {
    case 'EMFILE':
      return 'too many open files (EMFILE): each rank takes up to 4; start fewer, or raise the limit with ulimit -n';
    case 'ENFILE':
      return 'the whole machine has too many open files (ENFILE): start fewer ranks';
    case 'EAGAIN':
      return 'no more processes allowed (EAGAIN): start fewer ranks, or raise the limit with ulimit -u or the pids limit of the container';
    case 'ENOMEM':
      return 'out of memory (ENOMEM): start fewer ranks';
    case 'E2BIG':
      return 'the arguments and the environment are too long for the system (E2BIG): pass large input by file or standard input';
    case 'ENOENT':
      // The system reports a missing working folder as if the program were missing.
      return existsSync(command.cwd)
        ? `there is no program ${command.execPath}`
        : `there is no folder ${command.cwd} to start in`;
    case 'EACCES':
      return `no permission to run ${command.execPath} in ${command.cwd} (EACCES)`;
    default:
      return reasonOf(cause);
  }
}
