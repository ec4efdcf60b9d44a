import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { installPackage } from '../helpers/install-package.ts';
import { lineOf, Run, temporaryFolder, tsrun } from '../helpers/run.ts';

/** Runs a job with a cache of its own, and tells what is kept there of V8's code. */
function withCache(t: ExecutionContext): () => Promise<{ path: string; made: bigint }> {
  const cache = temporaryFolder(t);
  return async () => {
    const end = await tsrun(t, ['-n', '2', 'ring.ts'], { env: { XDG_CACHE_HOME: cache } });
    t.like(end, { code: 0, stdout: 'P0P1\n', stderr: '' });
    const folder = join(cache, 'tsmpi', 'code');
    const names = readdirSync(folder);
    t.is(names.length, 1);
    const path = join(folder, names[0] as string);
    return { path, made: statSync(path, { bigint: true }).ino };
  };
}

test("the first job keeps V8's code of the runtime, and the next is content with it", async (t) => {
  const run = withCache(t);
  const first = await run();
  t.deepEqual(await run(), first);
});

test('a program that never imports tsmpi keeps no code, with which others would have to do', async (t) => {
  const cache = temporaryFolder(t);
  const end = await tsrun(t, ['-n', '2', 'stranger.ts'], { env: { XDG_CACHE_HOME: cache } });
  t.like(end, { code: 0, stderr: '' });
  t.deepEqual(readdirSync(join(cache, 'tsmpi', 'code')), []);
});

test('of what Node can load, a rank has what it needs and nothing that takes long', async (t) => {
  const { stdout } = await tsrun(t, ['-n', '2', 'loads.ts']);
  const loaded = stdout.trim().split('\n');
  t.true(loaded.includes('net'), stdout);
  for (const name of ['child_process', 'crypto', 'dns', 'perf_hooks', 'worker_threads']) {
    t.false(loaded.includes(name), name);
  }
});

test('code that is damaged or of another V8 is made anew, and the job does not notice', async (t) => {
  const run = withCache(t);
  const { path } = await run();
  writeFileSync(path, 'no code');
  t.is((await run()).path, path);
  t.true(statSync(path).size > 10_000);
});

test('a second installation with the same cache tells its own frames from those of the user', async (t) => {
  const env = { XDG_CACHE_HOME: temporaryFolder(t) };
  t.is((await tsrun(t, ['-n', '2', 'ring.ts'], { env })).code, 0);
  const other = installPackage(t, ['commander', 'esbuild', 'koffi', 'zeromq']);
  const run = await Run.node(t, [other, '-n', '3', 'die.ts', 'SIGKILL'], { env });
  const { stderr } = await run.ended;
  t.true(
    stderr.includes(`needed rank 1 and failed at ${lineOf('die.ts', 'await request')}`),
    stderr,
  );
  t.notRegex(stderr, /runtime\.cjs/);
});
