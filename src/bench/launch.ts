import { randomUUID } from 'node:crypto';
import { CallFailed, callNode, callTsrun, type Surroundings } from './call.ts';
import type { Series } from './options.ts';
import type { Reading } from './reading.ts';

/**
 * What tsrun is measured against: a Node process that starts others, waits for them, and does no more.
 * Less is not possible for a launcher written in Node.
 */
const BARE_PARENT = `
const { spawn } = require('node:child_process');
for (let i = 0; i < Number(process.argv[1]); i += 1) spawn(process.execPath, ['-e', '0']);
`;

/** Measure a short job from launch to exit, with a program that is compiled already and one that is not. */
export async function measureLaunch(
  series: Series,
  ranks: number,
  surroundings: Surroundings,
): Promise<Reading[]> {
  const cache = randomUUID();
  const run = async (): Promise<number> => {
    const { ms, stdout } = await callTsrun(series, ranks, ['launch-rank'], surroundings, { cache });
    const names = Array.from({ length: ranks }, (_, rank) => `P${rank}`);
    if (stdout !== `${names.join('')}\n`) throw new CallFailed(`the ring printed ${stdout}`);
    return ms;
  };
  // This also leaves the caches of the system as they are after any run.
  const cold = await run();
  const warm = await run();
  const { env, signal } = surroundings;
  const { ms: bare } = await callNode(['-e', BARE_PARENT, String(ranks)], env, signal);
  const common = { test: 'launch', ranks } as const;
  return [
    { ...common, what: 'warm cache', unit: 'milliseconds', value: warm },
    { ...common, what: 'cold cache', unit: 'milliseconds', value: cold },
    { ...common, what: 'bare Node', unit: 'milliseconds', value: bare },
    { ...common, what: 'warm cache / bare Node', unit: 'ratio', value: warm / bare },
  ];
}
