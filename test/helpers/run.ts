import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { JOB_FOLDER_PREFIX } from '../../src/launch/start/warden.ts';
import { until } from './launcher.ts';

/** The root of this package. */
const PACKAGE = new URL('../../../', import.meta.url);
/** The real tsrun, for those who start it otherwise. */
export const TSRUN: string = fileURLToPath(new URL('dist/bin/tsrun.js', PACKAGE));

/** What a program of the user imports `tsmpi` as, where it does so by file. */
export const LIBRARY: string = new URL('dist/index.js', PACKAGE).href;

/** Where the rank programs of the tests lie; every run starts there, so `fail.ts` is enough of a name. */
export const RANKS: string = fileURLToPath(new URL('test/ranks/', PACKAGE));

/** Name the line of a rank program that contains `text`, as reports do: `fail.ts:17`. */
export function lineOf(program: string, text: string): string {
  const lines = readFileSync(join(RANKS, program), 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`${program} has no line with ${text}`);
  return `${program}:${index + 1}`;
}

/**
 * Take out of a report what differs from run to run, and what is of no account: times, the host, process
 * ids, columns of text and of source, the folder of the rank programs.
 */
export function plain(report: string): string[] {
  const text = report
    .replaceAll(RANKS, '')
    .replace(/^(tsrun: rank \d+) \(.*?\)/gm, '$1')
    .replace(/\d+\.\d(?:-\d+\.\d)? s\b/g, '# s')
    .replace(/(\.ts:\d+):\d+/g, '$1')
    .replace(/ {2,}/g, '  ');
  return text.split('\n').filter((line) => line !== '');
}

/** A run that takes longer hangs. */
const LIMIT_MS = 30_000;
/** So many runs at once: more would only slow each other down. */
const AT_ONCE = 2;

/** How a run may differ from the plain one. */
export interface RunOptions {
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Bytes to write to the standard input, the path of a file that is the standard input, or `open`. */
  readonly stdin?: Uint8Array | string | 'open';
  /** Whether another run of the same test waits for this one, so that it must not wait for its turn. */
  readonly beside?: boolean;
  /** It hangs if it takes longer; 30 s if left out. */
  readonly limitMs?: number;
}

/** How a run ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What stdout held, byte for byte. */
  readonly bytes: Buffer;
  /** From the start of the process to its end. */
  readonly ms: number;
}

/** Start the real tsrun and wait for its end. */
export async function tsrun(
  t: ExecutionContext,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  return await (await Run.tsrun(t, args, options)).ended;
}

/** Make a folder that is removed when the test is over. */
export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * One process under test, with all that it starts.
 *
 * At the end of its test nothing of it may be left: no process with its environment, which has a
 * TMPDIR of its own, and no folder of a job in there. What is left all the same is ended, and fails the
 * test.
 */
export class Run {
  /** Resolves once the process is gone and its output is closed; rejects if that takes too long. */
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #stdout: Buffer[] = [];
  #stderr = '';
  #over = false;
  #onNews: (() => void)[] = [];

  /** Start tsrun as soon as few enough runs are under way. */
  static tsrun(
    t: ExecutionContext,
    args: readonly string[],
    options: RunOptions = {},
  ): Promise<Run> {
    return Run.node(t, [TSRUN, ...args], options);
  }

  /** Start plain Node. */
  static node(
    t: ExecutionContext,
    args: readonly string[],
    options: RunOptions = {},
  ): Promise<Run> {
    return Run.program(t, process.execPath, args, options);
  }

  /** Start any program. */
  static async program(
    t: ExecutionContext,
    file: string,
    args: readonly string[],
    options: RunOptions = {},
  ): Promise<Run> {
    if (options.beside !== true) await takeSlot();
    return new Run(t, file, args, options);
  }

  private constructor(
    t: ExecutionContext,
    program: string,
    args: readonly string[],
    options: RunOptions,
  ) {
    const started = performance.now();
    this.#folder = temporaryFolder(t);
    const { cwd = RANKS, stdin } = options;
    const file = typeof stdin === 'string' && stdin !== 'open' ? openSync(stdin, 'r') : undefined;
    const child = spawn(program, args, {
      cwd,
      env: {
        ...process.env,
        // Each program is compiled once for all tests of one build.
        XDG_CACHE_HOME: fileURLToPath(new URL('build/cache', PACKAGE)),
        TMPDIR: this.#folder,
        ...options.env,
      },
      stdio: [file ?? (stdin === undefined ? 'ignore' : 'pipe'), 'pipe', 'pipe'],
    });
    if (file !== undefined) closeSync(file);
    this.#child = child;
    const [input, stdout, stderr] = child.stdio;
    // A rank need not read all that it is given.
    input?.on('error', () => {});
    if (stdin instanceof Uint8Array) input?.end(stdin);
    (stdout as Readable).on('data', (chunk: Buffer) => this.#take(() => this.#stdout.push(chunk)));
    (stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
      this.#take(() => {
        this.#stderr += text;
      });
    });
    const { limitMs = LIMIT_MS, beside = false } = options;
    this.ended = this.#watch(started, limitMs, beside);
    t.teardown(() => this.#clearUp());
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get stdin(): Writable {
    return this.#child.stdin as Writable;
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString();
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Wait until each of these stands in the output. @returns the last match of the last of them */
  async told(...texts: readonly (string | RegExp)[]): Promise<RegExpMatchArray> {
    for (;;) {
      const all = `${this.stdout}${this.#stderr}`;
      const found = texts.map((text) => all.match(text));
      const missing = texts.filter((_, index) => found[index] === null);
      if (missing.length === 0) return found.at(-1) as RegExpMatchArray;
      if (this.#over) throw new Error(`it ended without ${missing.join(' and ')}:\n${all}`);
      await new Promise<void>((resolve) => this.#onNews.push(resolve));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Whether the process does something of its own when it gets this signal; before, that would end it. */
  catches(signal: NodeJS.Signals): boolean {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const mask = BigInt(`0x${/^SigCgt:\s*(\w+)$/m.exec(status)?.[1]}`);
    return (mask & (1n << BigInt(constants.signals[signal] - 1))) !== 0n;
  }

  /** Read no more of the standard output, as `head` does when it has enough. */
  closeStdout(): void {
    this.#child.stdout?.destroy();
  }

  /** The folders of jobs that exist now. */
  jobFolders(): string[] {
    return readdirSync(this.#folder).filter((name) => name.startsWith(JOB_FOLDER_PREFIX));
  }

  /** The processes that are ranks now. */
  ranks(): number[] {
    return this.#processes('TSMPI_RANK=');
  }

  /** The process of this run whose command line has such a word. */
  pidOf(word: string): number {
    const found = this.#processes('').find((pid) => commandOf(pid).includes(word));
    if (found === undefined) throw new Error(`no process of this run has ${word} in its command`);
    return found;
  }

  /** Wait until nothing is left of it: no process, no folder of a job. */
  async gone(): Promise<void> {
    await until(
      'nothing is left of the job',
      () => this.#processes('').length === 0 && this.jobFolders().length === 0,
    );
  }

  #take(note: () => void): void {
    note();
    for (const resolve of this.#onNews.splice(0)) resolve();
  }

  async #watch(started: number, limitMs: number, beside: boolean): Promise<Ended> {
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      this.#child.kill('SIGKILL');
    }, limitMs);
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      this.#child.once('close', (...end) => resolve(end));
    });
    clearTimeout(limit);
    this.#take(() => {
      this.#over = true;
    });
    if (!beside) giveSlot();
    const { stdout, stderr } = this;
    if (late) throw new Error(`it hangs, having printed:\n${stdout}${stderr}`);
    const ms = performance.now() - started;
    return { code, signal, stdout, stderr, bytes: Buffer.concat(this.#stdout), ms };
  }

  async #clearUp(): Promise<void> {
    if (!this.#over) this.#child.kill('SIGKILL');
    await this.ended.catch(() => {});
    try {
      await this.gone();
    } catch (error) {
      for (const pid of this.#processes('')) process.kill(pid, 'SIGKILL');
      throw error;
    }
  }

  /**
   * The processes that this run has started, and that have such a variable.
   *
   * A dead process that nobody has buried has no environment any more.
   */
  #processes(variable: string): number[] {
    const marks = [`\0TMPDIR=${this.#folder}\0`, `\0${variable}`];
    return processes().filter((pid) => {
      const environment = `\0${environmentOf(pid)}`;
      return marks.every((mark) => environment.includes(mark));
    });
  }
}

/** Every process of this system; none where it does not show them in /proc. */
function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    // It is gone by now, or another user's.
    return '';
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

let free = AT_ONCE;
const queue: (() => void)[] = [];

async function takeSlot(): Promise<void> {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => queue.push(resolve));
}

function giveSlot(): void {
  const next = queue.shift();
  if (next === undefined) free += 1;
  else next();
}
