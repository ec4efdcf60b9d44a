/**
 * A launcher reduced to starting and supervising: what `test/helpers/launcher.ts` starts.
 *
 * Tells on standard output, a line each: `started RANK PID`, `abandon RANK` and `out RANK TEXT`.
 */

import { createInterface } from 'node:readline';
import { CONTROL_FD } from '../../src/control/pipe.ts';
import { startLocally } from '../../src/launch/start/local.ts';
import type { SuperviseOptions } from '../../src/launch/supervise/options.ts';
import { runJob } from '../../src/launch/supervise.ts';

/** What the first argument holds, as JSON. */
export interface LauncherPlan {
  readonly programs: readonly string[];
  /** The program that runs them, by rank, where it is not this Node. */
  readonly execPaths: Readonly<Record<number, string>>;
  readonly options: Partial<SuperviseOptions>;
  readonly folder: string | undefined;
}

const { programs, execPaths, options, folder } = JSON.parse(process.argv[2] ?? '') as LauncherPlan;
// The programs speak over the control pipe as if it were Node's own channel, which writes the same.
const env = {
  ...(process.env as Record<string, string>),
  NODE_CHANNEL_FD: String(CONTROL_FD),
  NODE_CHANNEL_SERIALIZATION_MODE: 'json',
};
const tails: string[][] = programs.map(() => []);

const starter = startLocally();
if (folder !== undefined) starter.watchFolder(folder);
const job = runJob(
  {
    size: programs.length,
    graceSeconds: undefined,
    timeoutSeconds: undefined,
    onFailure: 'kill',
    onDeadlock: 'end',
    quiet: false,
    check: false,
    hostOf: () => 'here',
    cwd: process.cwd(),
    ...options,
  },
  programs.map((program, rank) => ({
    rank,
    execPath: execPaths[rank] ?? process.execPath,
    args: [program],
    env,
    cwd: process.cwd(),
    stdin: 'null' as const,
  })),
  starter,
  {
    onStarted: ({ rank, pid, stdout, stderr }) => {
      console.log(`started ${rank} ${pid}`);
      createInterface(stdout).on('line', (line) => console.log(`out ${rank} ${line}`));
      createInterface(stderr).on('line', (line) => tails[rank]?.push(line));
    },
    abandon: (rank) => console.log(`abandon ${rank}`),
    note: (text) => console.error(text),
    tail: (rank) => tails[rank] ?? [],
  },
);
const exitCode = await job.exitCode;
await new Promise((resolve) => process.stdout.write('', resolve));
await new Promise((resolve) => process.stderr.write('', resolve));
// An output of a rank that somebody holds open would keep this process alive.
process.exit(exitCode);
