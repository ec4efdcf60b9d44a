import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { HostsPlan } from './hosts-program.ts';
import { type Ended, RANKS, Run, temporaryFolder } from './run.ts';

const PROGRAM = fileURLToPath(new URL('./hosts-program.js', import.meta.url));

/** Run a rank program on several hosts that are all this one. */
export async function onHosts(
  t: ExecutionContext,
  [program, ...args]: readonly [string, ...string[]],
  options: Partial<HostsPlan> = {},
): Promise<Ended> {
  const plan: HostsPlan = {
    program: join(RANKS, program),
    args,
    hosts: [0, 0, 1, 1],
    addresses: [['127.0.0.1'], ['127.0.0.2']],
    transport: 'shm',
    encrypt: true,
    folder: temporaryFolder(t),
    ...options,
  };
  return await (await Run.node(t, [PROGRAM, JSON.stringify(plan)])).ended;
}
