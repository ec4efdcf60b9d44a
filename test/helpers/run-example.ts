import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the repository, seen from build/test/helpers. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

const TSRUN = join(ROOT, 'dist/bin/tsrun.js');

/** What one run of a command came to. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PATIENCE_MS = 60_000;

/** How many more may run at once: more than two would only wait for processors. */
let free = 2;
const waiting: (() => void)[] = [];

/**
 * Run the built tsrun from the top folder of the repository, once there are few enough such runs of this process.
 *
 * @param cacheFolder  where compiled programs are kept, instead of the user's own cache
 */
export function runTsrun(args: readonly string[], cacheFolder: string): Promise<Outcome> {
  return runNode([TSRUN, ...args], cacheFolder);
}

/** Run plain Node in the same way. */
export function runNode(args: readonly string[], cacheFolder: string): Promise<Outcome> {
  return inTurn(() => start(args, cacheFolder));
}

/**
 * Run tsrun twice at the same time, for two jobs that meet: in a folder for ports that nobody else has.
 *
 * @returns what came of each
 */
export function runBoth(
  one: readonly string[],
  other: readonly string[],
  cacheFolder: string,
): Promise<[Outcome, Outcome]> {
  return inTurn(async () => {
    const env = { XDG_RUNTIME_DIR: mkdtempSync(join(tmpdir(), 'tsmpi-ports-')) };
    const run = (args: readonly string[]): Promise<Outcome> =>
      start([TSRUN, ...args], cacheFolder, env);
    try {
      return await Promise.all([run(one), run(other)]);
    } finally {
      rmSync(env.XDG_RUNTIME_DIR, { recursive: true });
    }
  });
}

async function inTurn<T>(run: () => Promise<T>): Promise<T> {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await run();
  } finally {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
}

function start(
  args: readonly string[],
  cacheFolder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      {
        cwd: ROOT,
        env: { ...process.env, XDG_CACHE_HOME: cacheFolder, ...env },
        timeout: PATIENCE_MS,
        killSignal: 'SIGKILL',
      },
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode ?? 255, stdout, stderr }),
    );
    child.stdin?.end();
  });
}
