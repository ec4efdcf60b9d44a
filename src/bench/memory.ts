import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median, timeNode } from './sample.ts';

/** Memory of one rank beside that of a bare Node process, in MiB of PSS. */
export interface Memory {
  readonly ranks: number;
  /** Ranks that have imported tsmpi and wait. */
  readonly idle: number;
  /** Ranks that have also sent and received. */
  readonly messages: number;
  readonly bareNode: number;
}

const PROGRAM = fileURLToPath(new URL('memory-rank.js', import.meta.url));

/** A bare Node process that tells its memory when it is sent a line, and ends with its input. */
const BARE = `process.stdin.on('data', () => {
  const rollup = require('fs').readFileSync('/proc/self/smaps_rollup', 'utf8');
  console.log('Pss ' + /^Pss:\\s+(\\d+) kB/m.exec(rollup)[1]);
})`;

/**
 * Measure the memory of ranks, and that of as many bare Node processes that live at the same time:
 * what processes share counts to each in part, so it matters who else is there.
 *
 * @returns undefined where the system does not tell the proportional set size
 */
export async function measureMemory(
  ranks: number,
  tsrun: string,
  env: NodeJS.ProcessEnv,
): Promise<Memory | undefined> {
  if (!existsSync('/proc/self/smaps_rollup')) return undefined;
  const bare = Array.from({ length: ranks }, () =>
    spawn(process.execPath, ['-e', BARE], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  try {
    const run = async (...args: string[]): Promise<number> => {
      const { stdout } = await timeNode([tsrun, '-n', String(ranks), PROGRAM, ...args], env);
      return median(readPss(stdout));
    };
    const idle = await run();
    const withMessages = run('messages');
    // The ranks of this run read theirs about now, and stay for as long again.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const answers = bare.map(async ({ stdin, stdout }) => {
      stdin.write('\n');
      const [text] = (await once(stdout, 'data')) as [Buffer];
      return readPss(text.toString())[0] ?? Number.NaN;
    });
    const bareNode = median(await Promise.all(answers));
    return { ranks, idle, messages: await withMessages, bareNode };
  } finally {
    for (const { stdin } of bare) stdin.end();
  }
}

/** Read all lines such as `Pss 12345`, in KiB, as MiB. */
function readPss(text: string): number[] {
  return [...text.matchAll(/^Pss (\d+)$/gm)].map(([, kib]) => Number(kib) / 1024);
}
