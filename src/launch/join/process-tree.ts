import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** No chain of shells and wrappers is longer. */
const MOST_STEPS = 64;

/** Programs that only start the next one: what stands above them is the launcher. */
const WRAPPERS = /^(?:node|npx|npm|env|time|nice|numactl|(?:ba|da|z|k|c|tc|fi)?sh)\b/;

/** A process, so that no other one is ever taken for it. */
export interface KnownProcess {
  readonly pid: number;
  readonly started: string;
}

/**
 * Find the process of the launcher that started this one.
 *
 * Between the two there may be npx and shells. They have inherited what the launcher sets for each rank, and it has not.
 *
 * @param variable  what the launcher sets
 */
export function launcherProcess(variable: string, own: number = process.pid): KnownProcess {
  let found: KnownProcess = { pid: own, started: '' };
  for (let step = 0, pid = own; step < MOST_STEPS && pid > 1; step++) {
    const { parent, started, within } = lookAt(pid, variable);
    found = { pid, started };
    if (pid !== own && !within) break;
    pid = parent;
  }
  return found;
}

/** How often the launcher is looked for. */
const LOOK_MS = 200;

/**
 * Call `onGone` once when a process is gone: whoever started this one may be killed, and then nobody else would end it.
 *
 * Does nothing where there is no /proc.
 *
 * @returns what ends that
 */
export function watchProcess({ pid, started }: KnownProcess, onGone: () => void): () => void {
  if (statOf(pid) === undefined) return () => {};
  const timer = setInterval(() => {
    const stat = statOf(pid);
    if (stat?.[STARTED] === started && stat[0] !== 'Z') return;
    clearInterval(timer);
    onGone();
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Where in its line a process says when it was started. */
const STARTED = 19;

/** What a process says of itself behind its name: its state, its parent, …; undefined if there is none. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    // The name in parentheses may hold anything, spaces and parentheses too.
    const [, rest = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    return rest.split(' ');
  } catch {
    return undefined;
  }
}

interface Seen {
  readonly parent: number;
  readonly started: string;
  /** Whether it is below the launcher. */
  readonly within: boolean;
}

function lookAt(pid: number, variable: string): Seen {
  const stat = statOf(pid);
  if (stat === undefined) return askPs(pid);
  return {
    parent: Number(stat[1]),
    started: stat[STARTED] ?? '',
    within: environmentOf(pid).includes(`\0${variable}=`),
  };
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
