import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process, and when it started: a number may be used again for another one. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
}

const GRACE_MS = 2000;

/**
 * End a process and all that descend from it.
 *
 * The launchers of MPI put ranks into groups of their own, so a signal to a group would not do.
 */
export async function endTree(pid: number): Promise<void> {
  const doomed = descendants(pid);
  if (doomed.length === 0) return;
  signal(doomed.slice(0, 1), 'SIGTERM');
  const deadline = performance.now() + GRACE_MS;
  while (doomed.some(isAlive) && performance.now() < deadline) await sleep(50);
  signal(doomed, 'SIGKILL');
}

function signal(processes: readonly Process[], name: NodeJS.Signals): void {
  for (const process of processes.filter(isAlive)) {
    try {
      globalThis.process.kill(process.pid, name);
    } catch {
      // It has ended by itself in the meantime.
    }
  }
}

/** The process itself comes first. */
function descendants(pid: number): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const found = all.filter((process) => process.pid === pid);
  for (const { pid: parent } of found) {
    found.push(...all.filter((process) => process.parent === parent));
  }
  return found;
}

function isAlive({ pid, started }: Process): boolean {
  return readProcess(pid)?.started === started;
}

/** @returns undefined if it has ended, also if nobody has asked for its end yet */
function readProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program is in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, parent] = fields;
    if (state === 'Z') return undefined;
    return { pid, parent: Number(parent), started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
