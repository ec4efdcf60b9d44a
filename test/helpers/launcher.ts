import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { JOB_FOLDER_PREFIX } from '../../src/launch/start/warden.ts';
import type { SuperviseOptions } from '../../src/launch/supervise/options.ts';
import type { LauncherPlan } from './launcher-program.ts';

const PROGRAM = fileURLToPath(new URL('./launcher-program.js', import.meta.url));

/** Long enough for anything on a machine that does much else. */
const PATIENCE_MS = 30_000;

/** Make a folder that is removed when the test is over, named as a job's folder is. */
export function makeFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), JOB_FOLDER_PREFIX));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Tell whether a process is gone, or is a corpse that nobody has buried. */
export function isGone(pid: number): boolean {
  return stateOf(pid).startsWith('Z') || stateOf(pid) === '';
}

/** The state of a process as `ps` shows it; empty if there is none. */
export function stateOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Look again and again until `check` holds. */
export async function until(what: string, check: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`it did not come to pass: ${what}`);
    await delay(20);
  }
}

/** A launcher in a process of its own, which leads a process group of its own. */
export class Launcher {
  readonly pid: number;
  readonly folder: string;
  readonly lines: string[] = [];
  stderr = '';
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;

  /** Start one rank for each of the programs, given as source text of an ES module. */
  constructor(
    t: ExecutionContext,
    programs: readonly string[],
    options: Partial<SuperviseOptions> = {},
    execPaths: Record<number, string> = {},
  ) {
    // The job's folder is apart, as one test watches it go.
    const sources = makeFolder(t);
    this.folder = makeFolder(t);
    const files = programs.map((source, rank) => {
      const file = join(sources, `rank-${rank}.mjs`);
      writeFileSync(file, source);
      return file;
    });
    const plan: LauncherPlan = { programs: files, execPaths, options, folder: this.folder };
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(plan)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.pid = child.pid ?? 0;
    createInterface(child.stdout).on('line', (line) => this.lines.push(line));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(child, 'close').then(([code, signal]) => code ?? signal);
    t.teardown(() => child.kill('SIGKILL'));
  }

  /** Wait until each of these lines has been told. */
  async told(...lines: string[]): Promise<void> {
    await until(`told: ${lines.join('; ')}`, () =>
      lines.every((line) => this.lines.includes(line)),
    );
  }

  /** The last word of the first line that begins so, as a process id. */
  pidOf(beginning: string): number {
    const line = this.lines.find((other) => other.startsWith(beginning));
    return Number(line?.split(' ').at(-1));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Signal the whole process group of the launcher. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** The process that outlives the launcher if it is killed. */
  wardenPid(): number {
    return wardenOf(this.pid);
  }
}

/** The process that outlives another one, which starts ranks, if that is killed. */
export function wardenOf(launcher: number): number {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  for (const line of table.split('\n')) {
    const [pid, parent] = line.trim().split(/\s+/);
    if (Number(parent) === launcher && line.includes('tsrun-warden')) return Number(pid);
  }
  throw new Error('there is no warden');
}
