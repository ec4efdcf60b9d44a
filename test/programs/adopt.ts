import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Run } from '../helpers/run.ts';

/** A program as Node runs it, with what it is to spawn. */
const spawner = (...args: string[]): string[] => [
  fileURLToPath(new URL('../ranks/spawner.js', import.meta.url)),
  ...args,
];

const HINT = /^tsmpi: this world has 1 rank;.*\n/;

test('a program that plain Node runs spawns others, and all end in order', async (t) => {
  const run = await Run.node(t, spawner('2', 'facts', 'a b'));
  const { code, stdout, stderr } = await run.ended;
  t.is(code, 0);
  t.is(stderr.replace(HINT, ''), '');
  t.deepEqual(
    stdout
      .replaceAll(/ on .*: /g, ': ')
      .trimEnd()
      .split('\n')
      .sort(),
    ['0 of 2: ["a b"]', '1 of 2: ["a b"]', '2 are there', 'heard from 0', 'heard from 1'],
  );
});

test('one that spawns nothing has no launcher', async (t) => {
  const run = await Run.node(t, [spawner()[0] as string, '0']);
  const { code, stdout } = await run.ended;
  t.is(code, 0);
  t.regex(stdout, /^MpiError.*n must be an integer from 1, not 0/);
});

test('one that waits for nobody is told at its end that a spawned process failed', async (t) => {
  const run = await Run.node(t, spawner('tolerant', '2', 'kill'));
  const { code, stderr } = await run.ended;
  t.is(code, 0);
  t.regex(
    stderr,
    /tsrun: rank 1 of spawned\.ts \(.*\) was killed by SIGKILL .*; the job goes on\n/,
  );
});

test('a spawned process that fails fails what the program waits for', async (t) => {
  const run = await Run.node(t, spawner('2', 'throw'));
  const { stdout, stderr } = await run.ended;
  t.regex(stderr, /tsrun: rank 1 of spawned\.ts \(.*\) failed: Error: as it should\n/);
  t.regex(stdout, /MpiError.*rank 1 of spawned\.ts failed: Error: as it should/);
});

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`what it has spawned ends with it: ${signal}`, async (t) => {
    const run = await Run.node(t, spawner('2', 'hang'));
    await run.told('ready 0', 'ready 1');
    run.signal(signal);
    await run.gone();
    t.is((await run.ended).signal, signal);
  });
}

test('what it has spawned ends when it calls process.exit', async (t) => {
  const run = await Run.node(t, spawner('2', 'hang'), { env: { SPAWN_EXIT: '3' } });
  await run.gone();
  const { code, stderr } = await run.ended;
  t.is(code, 3);
  t.is(stderr.replace(HINT, ''), '');
});

test('when its launcher is killed so are the spawned processes, and what it waits for fails', async (t) => {
  const run = await Run.node(t, spawner('2', 'hang'));
  await run.told('ready 0', 'ready 1', '2 are there');
  process.kill(run.pidOf('adopt.cjs'), 'SIGKILL');
  const { code, stdout } = await run.ended;
  t.is(code, 0);
  t.regex(stdout, /MpiError.*the launcher of the spawned processes is gone, and so are they/);
});
