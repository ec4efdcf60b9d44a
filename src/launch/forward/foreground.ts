import { readFileSync } from 'node:fs';

/**
 * Tell whether this process may read from its terminal.
 *
 * A background job that reads is stopped by SIGTTIN, and its ranks with it. Node offers no tcgetpgrp,
 * but Linux shows the terminal's foreground group in /proc; elsewhere the answer is always yes.
 */
export function inForeground(): boolean {
  let stat: string;
  try {
    stat = readFileSync('/proc/self/stat', 'latin1');
  } catch {
    return true;
  }
  return foregroundIn(stat);
}

/** Read the answer from a line of /proc/PID/stat. The name of the command may hold spaces and parentheses. */
export function foregroundIn(stat: string): boolean {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [, , group, , terminal, foregroundGroup] = fields;
  // Without a terminal of its own a process is never stopped for reading one.
  return terminal === '0' || foregroundGroup === undefined || group === foregroundGroup;
}
