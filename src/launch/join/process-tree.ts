import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** No chain of shells and wrappers is longer. */
const MOST_STEPS = 64;

/** Programs that only start the next one: what stands above them is the launcher. */
const WRAPPERS = /^(?:node|npx|npm|env|time|nice|numactl|(?:ba|da|z|k|c|tc|fi)?sh)\b/;

/**
 * Name the process of the launcher that started this one, so that no other process ever had the same name.
 *
 * Between the two there may be npx and shells. They have inherited what the launcher sets for each rank, and it has not.
 *
 * @param variable  what the launcher sets
 */
export function launcherProcess(variable: string, own: number = process.pid): string {
  let found = '';
  let pid = own;
  for (let step = 0; step < MOST_STEPS && pid > 1; step++) {
    const { parent, started, within } = lookAt(pid, variable);
    found = `${pid} ${started}`;
    if (pid !== own && !within) break;
    pid = parent;
  }
  return found;
}

interface Seen {
  readonly parent: number;
  readonly started: string;
  /** Whether it is below the launcher. */
  readonly within: boolean;
}

function lookAt(pid: number, variable: string): Seen {
  try {
    // The name in parentheses may hold anything, spaces and parentheses too.
    const [, rest = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    const fields = rest.split(' ');
    return {
      parent: Number(fields[1]),
      started: fields[19] ?? '',
      within: environmentOf(pid).includes(`\0${variable}=`),
    };
  } catch {
    return askPs(pid);
  }
}

/** Another user's process does not show it, and is none of this rank's. */
function environmentOf(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
  } catch {
    return '';
  }
}

/** Where there is no /proc. */
function askPs(pid: number): Seen {
  try {
    const text = execFileSync('ps', ['-o', 'ppid=,lstart=,comm=', '-p', String(pid)], {
      encoding: 'utf8',
    });
    const [, parent = '0', started = '', name = ''] =
      /^\s*(\d+)\s+(.* \d{4})\s+(.*)$/.exec(text.trim()) ?? [];
    return { parent: Number(parent), started, within: WRAPPERS.test(name.split('/').at(-1) ?? '') };
  } catch {
    return { parent: 0, started: '', within: false };
  }
}
