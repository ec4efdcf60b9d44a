import { execFile } from 'node:child_process';

/** How a command is run. */
export interface CommandOptions {
  /** What it reads; nothing if left out. */
  readonly input?: string;
  /** Instead of this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** After so many milliseconds it is killed, and has failed. */
  readonly limitMs?: number;
}

const LIMIT_MS = 30_000;

/**
 * Run a command to its end.
 *
 * @returns what it printed
 * @throws if it fails, with what it said
 */
export function command(
  file: string,
  args: readonly string[],
  { input = '', env, limitMs = LIMIT_MS }: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 } as const;
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${[file, ...args].join(' ')}: ${stderr.trim() || error.message}`));
    });
    // Who ends early does not read it; that is told by the exit code.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** Run a command whose failure means that there was nothing to do. */
export async function tryCommand(file: string, args: readonly string[]): Promise<string> {
  return await command(file, args).catch(() => '');
}
