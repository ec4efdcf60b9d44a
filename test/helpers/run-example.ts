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

/** How many more may run at once: more than two would only wait for processors. */
let free = 2;
const waiting: (() => void)[] = [];

/**
 * Run the built tsrun from the top folder of the repository, once there are few enough such runs of this process.
 *
 * @param cacheFolder  where compiled programs are kept, instead of the user's own cache
 */
export function runTsrun(args: readonly string[], cacheFolder: string): Promise<Outcome> {
  return runNode([`${ROOT}dist/bin/tsrun.js`, ...args], cacheFolder);
}

/** Run plain Node in the same way. */
export async function runNode(args: readonly string[], cacheFolder: string): Promise<Outcome> {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await start(args, cacheFolder);
  } finally {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
}

function start(args: readonly string[], cacheFolder: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
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
