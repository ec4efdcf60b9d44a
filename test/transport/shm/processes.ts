import test from 'ava';
import { canShareMemory } from '../../../src/transport/shm/system.ts';
import { runTsrun } from '../../helpers/run-example.ts';
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
    t.regex(await run(), /2 ranks on .*, messages over shm: /);
    t.regex(await run('--transport', 'zeromq'), /2 ranks on .*, messages over zeromq\n/);
  },
);

here('long arrays arrive whole, however they cross, and timers keep their beat', async (t) => {
  const args = ['-n', '2', '--transport', 'shm', 'test/ranks/long.ts'];
  const { stdout, stderr } = await runTsrun(args, tempFolder(t));
  // One line: nothing was wrong. The limit is far from what an idle machine shows.
  const { beats, median } = JSON.parse(stdout) as { beats: number; median: number };
  t.true(beats > 10 && median < 20, stdout + stderr);
});

here('a rank that waits keeps the beat of its timers, and hardly uses its processor', async (t) => {
  const { stdout } = await runTsrun(['-n', '2', 'test/ranks/beat.ts'], tempFolder(t));
  const { beats, p99, cpuMs } = JSON.parse(stdout) as { beats: number; p99: number; cpuMs: number };
  // Far from what an idle machine shows, as tests share theirs; a rank that never parked would fail.
  t.true(beats > 30 && p99 < 100 && cpuMs < 700, stdout);
});
