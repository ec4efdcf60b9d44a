import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { canShareMemory } from '../../../src/transport/shm/system.ts';
import { ROOT, runTsrun } from '../../helpers/run-example.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

here('8 ranks exchange messages of all lengths with each other, and all are right', async (t) => {
  const seed = String(1 + Math.floor(Math.random() * 1e6));
  const args = ['-n', '8', '--transport', 'shm', 'test/ranks/all-pairs.ts', '100', seed];
  const { exitCode, stdout, stderr } = await runTsrun(args, tempFolder(t));
  t.deepEqual(
    { exitCode, stdout, seed },
    { exitCode: 0, stdout: '5600 messages are right\n', seed },
    stderr,
  );
});

here(
  'shared memory is what messages of one host travel over, unless another is asked for',
  async (t) => {
    const cache = tempFolder(t);
    const run = async (...args: string[]): Promise<string> =>
      (await runTsrun(['-n', '2', '--verbose', ...args, 'examples/ring.ts'], cache)).stderr;
    t.regex(await run(), /2 ranks on .*, messages over shm: all are on one host; /);
    t.regex(await run('--transport', 'zeromq'), /2 ranks on .*, messages over zeromq\n/);
  },
);

here('a rank that waits keeps the beat of its timers, and hardly uses its processor', async (t) => {
  const { stdout } = await runTsrun(['-n', '2', 'test/ranks/beat.ts'], tempFolder(t));
  const { beats, p99, cpuMs } = JSON.parse(stdout) as { beats: number; p99: number; cpuMs: number };
  // Far from what an idle machine shows, as tests share theirs; a rank that never parked would fail.
  t.true(beats > 30 && p99 < 100 && cpuMs < 700, stdout);
});

for (const victim of ['rank 0', 'rank 1', 'tsrun'] as const) {
  here(`kill -9 of ${victim} amid 64 MiB ends the job, and leaves nothing`, async (t) => {
    const { pids, tsrun, started } = await startStream(t);
    await started;
    const pid = victim === 'tsrun' ? tsrun.pid : pids[Number(victim.slice(-1))];
    process.kill(pid as number, 'SIGKILL');
    const [code] = (await once(tsrun, 'close')) as [number | null];
    t.is(code, victim === 'tsrun' ? null : 137);
    while (pids.some(isAlive)) await turn();
    // Other jobs of this machine have theirs for a moment.
    while (readdirSync('/dev/shm').some((name) => name.startsWith('tsmpi-'))) await turn();
  });
}

/** Start the stream; `started` resolves once data flows. */
async function startStream(t: ExecutionContext) {
  const args = [`${ROOT}dist/bin/tsrun.js`, '-n', '2', 'test/ranks/large-stream.ts'];
  const tsrun = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, XDG_CACHE_HOME: tempFolder(t) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.teardown(() => tsrun.kill('SIGKILL'));
  const pids: number[] = [];
  const started = new Promise<void>((resolve) => {
    createInterface(tsrun.stdout).on('line', (line) => {
      const [, rank, pid] = /^rank (\d) is (\d+)$/.exec(line) ?? [];
      if (pid !== undefined) pids[Number(rank)] = Number(pid);
      if (line === 'received') resolve();
    });
  });
  return { tsrun, pids, started };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
