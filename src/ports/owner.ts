import { readFileSync } from 'node:fs';
import process from 'node:process';

/** A process, told from a later one that has got the same number. */
export interface Owner {
  readonly pid: number;
  /** When it was started, as the system counts; empty where that cannot be known. */
  readonly started: string;
}

/** This process. */
export function ownOwner(): Owner {
  return { pid: process.pid, started: startOf(process.pid) ?? '' };
}

/** Whether a process of this user lives still. */
export function lives({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    // Gone, or one of another user has its number now.
    return false;
  }
  const now = startOf(pid);
  return now === undefined ? started === '' || !hasProc() : now === started;
}

/** When a process was started; undefined if it is dead, or the system does not say. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    // Nobody has buried it yet.
    return state === 'Z' || state === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function hasProc(): boolean {
  return startOf(process.pid) !== undefined;
}
