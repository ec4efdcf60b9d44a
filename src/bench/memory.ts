import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { callTsrun, type Surroundings } from './call.ts';
import type { Series } from './options.ts';
import type { Reading } from './reading.ts';
import { median } from './statistics.ts';

type Bare = ChildProcessByStdio<Writable, Readable, null>;

/** A bare Node process that tells its memory when it is sent a line, and ends with its input. */
const BARE = `process.stdin.on('data', () => {
  const rollup = require('fs').readFileSync('/proc/self/smaps_rollup', 'utf8');
  console.log('Pss ' + /^Pss:\\s+(\\d+) kB/m.exec(rollup)[1]);
})`;

/**
 * Measure the memory of ranks that have only imported tsmpi, and of ranks that have also sent and
 * received, beside as many bare Node processes that live at the same time: what processes share counts
 * to each in part, so it matters who else is there. All are medians over the processes.
 *
 * @returns nothing where the system does not tell the proportional set size
 */
export async function measureMemory(
  series: Series,
  ranks: number,
  surroundings: Surroundings,
): Promise<Reading[]> {
  if (!existsSync('/proc/self/smaps_rollup')) return [];
  const bare: Bare[] = Array.from({ length: ranks }, () =>
    spawn(process.execPath, ['-e', BARE], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const readBare = async (): Promise<number> => median(await Promise.all(bare.map(askPss)));
  try {
    const run = async (whenRead: () => void, ...args: string[]): Promise<number> => {
      const program = ['memory-rank', ...args] as const;
      const { stdout } = await callTsrun(series, ranks, program, surroundings, {
        onOutput: whenRead,
      });
      return median([...stdout.matchAll(/^Pss (\d+)$/gm)].map(toMebibytes));
    };
    const idle = await run(() => {});
    let asked: Promise<number> | undefined;
    const messages = await run(() => {
      // The ranks have read theirs by now, and stay for a while.
      asked ??= readBare();
    }, 'messages');
    const bareNode = await (asked ?? readBare());
    const common = { test: 'memory', ranks, unit: 'mebibytes' } as const;
    return [
      { ...common, what: 'idle', value: idle },
      { ...common, what: 'after messages', value: messages },
      { ...common, what: 'bare Node', value: bareNode },
      { ...common, what: 'idle, over bare Node', value: idle - bareNode },
      { ...common, what: 'after messages, over bare Node', value: messages - bareNode },
    ];
  } finally {
    for (const { stdin } of bare) stdin.end();
  }
}

async function askPss({ stdin, stdout }: Bare): Promise<number> {
  stdin.write('\n');
  const [text] = (await once(stdout, 'data')) as [Buffer];
  return toMebibytes(/(\d+)/.exec(text.toString()) ?? []);
}

/** Read the KiB in a match. */
function toMebibytes([, kib]: readonly string[]): number {
  return Number(kib) / 1024;
}
