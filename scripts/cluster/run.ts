/**
 * `npm run test:cluster`: make sure that hosts can be made here, run the tests on hosts, and take
 * everything down, whatever happened. What follows on the command line is AVA's.
 *
 * Exit code 77 is: it cannot run here, and a line for each thing that is missing.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bed } from './bed/bed.ts';
import { until } from './bed/patience.ts';
import { ROOT } from './bed/places.ts';
import { processesWith, signalAll } from './bed/processes.ts';
import { extendPath, prepare } from './requirements.ts';

const CANNOT_RUN = 77;

/** Names the folder of a run, in the environment of all that the run starts. */
const MARK = 'TSMPI_CLUSTER_RUN';

/** The option by which this file is the process that clears up. */
const CLEAR_UP = '--clear-up';

const AVA = join(ROOT, 'node_modules', 'ava', 'entrypoints', 'cli.mjs');

async function runTests(args: readonly string[]): Promise<number> {
  const missing = prepare();
  if (missing.length > 0) {
    console.error('the cluster tests cannot run on this machine; missing:');
    for (const line of missing) console.error(`  ${line}`);
    return CANNOT_RUN;
  }
  const folder = mkdtempSync(join(tmpdir(), 'cluster-tests-'));
  // Slurm's munge wants every user to get to its socket.
  chmodSync(folder, 0o755);
  const cleaner = startCleaner(folder);
  const ava = spawn(
    process.execPath,
    [AVA, '--config', join(ROOT, 'scripts', 'cluster', 'ava.config.mjs'), ...args],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, TMPDIR: folder, [MARK]: folder } },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => ava.kill(signal));
  }
  const [code] = await once(ava, 'exit');
  const remains = await clearUp(cleaner);
  return code === 0 ? remains : (code ?? 1);
}

/**
 * Start the process that ends what is left, once this one is done or has been killed.
 *
 * It is in no group that a terminal could interrupt.
 */
function startCleaner(folder: string): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(import.meta.url), CLEAR_UP, folder], {
    detached: true,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
}

/** @returns 1 if something was left */
async function clearUp(cleaner: ChildProcess): Promise<number> {
  cleaner.stdin?.end();
  const [code] = await once(cleaner, 'exit');
  return code ?? 1;
}

/** Wait for the end of the standard input, and end all that is left of a run. @returns 1 if something was */
async function waitAndClearUp(folder: string): Promise<number> {
  process.stdin.resume();
  await once(process.stdin, 'close');
  const running = processesWith(`${MARK}=${folder}`);
  await until('the end of what the tests have started', () => {
    const left = processesWith(`${MARK}=${folder}`);
    signalAll(left, 'SIGKILL');
    return left.length === 0;
  });
  const beds = existsSync(folder) ? Bed.find(folder) : [];
  await Promise.all(beds.map((bed) => bed.close()));
  rmSync(folder, { recursive: true, force: true });
  if (running.length + beds.length === 0) return 0;
  console.error(`left behind: ${running.length} processes, ${beds.length} beds; ended now`);
  return 1;
}

extendPath();
const args = process.argv.slice(2);
process.exitCode =
  args[0] === CLEAR_UP ? await waitAndClearUp(args[1] ?? '') : await runTests(args);
