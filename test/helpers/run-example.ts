import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The top folder of the repository, seen from build/test/helpers. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

/** What one run of a command came to. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PATIENCE_MS = 60_000;

/** Runs at a time: more would only wait for processors. */
const LANES = 2;

/** The last run of each lane. */
const lanes: Promise<unknown>[] = Array.from({ length: LANES }, () => Promise.resolve());
let started = 0;

/**
 * Run the built tsrun from the top folder of the repository, beside one other run of this test file at most.
 *
 * @param cacheFolder  where compiled programs are kept, instead of the user's own cache
 */
export function runTsrun(args: readonly string[], cacheFolder: string): Promise<Outcome> {
  const lane = started % LANES;
  started += 1;
  const outcome = (lanes[lane] ?? Promise.resolve()).then(() => start(args, cacheFolder));
  lanes[lane] = outcome;
  return outcome;
}

function start(args: readonly string[], cacheFolder: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [`${ROOT}dist/bin/tsrun.js`, ...args],
      {
        cwd: ROOT,
        env: { ...process.env, XDG_CACHE_HOME: cacheFolder },
        timeout: PATIENCE_MS,
        killSignal: 'SIGKILL',
      },
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode ?? 255, stdout, stderr }),
    );
    child.stdin?.end();
  });
}
