import { type ChildProcess, spawn } from 'node:child_process';
import { endTree } from './process-tree.ts';

/** A running program. */
export interface Running {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  stdout(): string;
  /** Settles when it has ended and all of its output is there. */
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly stdout: string;
  /** Milliseconds from launch to exit. */
  readonly ms: number;
  /** Why it did not end well. */
  readonly problem: string | undefined;
}

export interface RunOptions {
  readonly limitMs: number;
  readonly env: NodeJS.ProcessEnv;
  /** When it fires the program is ended. */
  readonly signal: AbortSignal;
}

/** Start a program. After its time it is killed, with all that it has started. */
export function start(command: readonly string[], options: RunOptions): Running {
  const [file = '', ...args] = command;
  const begin = performance.now();
  const child = spawn(file, args, { env: options.env, stdio: ['pipe', 'pipe', 'pipe'] });
  // A program that has ended does not read its input; that is told by its exit code.
  child.stdin.on('error', () => {});
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = new Promise<Ended>((resolve) => {
    let killed: string | undefined;
    let exited = Number.NaN;
    const end = (reason: string): void => {
      killed ??= reason;
      if (child.pid !== undefined) void endTree(child.pid);
    };
    const finish = (problem: string | undefined): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', abort);
      resolve({ stdout: stdout(), ms: exited - begin, problem: killed ?? problem });
    };
    const abort = (): void => end('interrupted');
    const timer = setTimeout(
      () => end(`killed after ${options.limitMs / 1000} s`),
      options.limitMs,
    );
    options.signal.addEventListener('abort', abort);
    if (options.signal.aborted) abort();
    child.on('exit', () => {
      exited = performance.now();
    });
    child.on('error', (error) => finish(error.message));
    child.on('close', (code, signalName) => {
      if (code === 0) finish(undefined);
      else finish(`${signalName ?? `exit code ${code}`}: ${lastLine(stderr())}`);
    });
  });
  return { child, stdout, ended };
}

/** Run a program with no input to its end. */
export async function run(command: readonly string[], options: RunOptions): Promise<Ended> {
  const running = start(command, options);
  running.child.stdin?.end();
  return await running.ended;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (more: string) => {
    text += more;
  });
  return () => text;
}

/** The last line that says something. */
function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => /[a-z]/i.test(line));
  return lines.at(-1)?.trim() ?? 'it said nothing';
}
