import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { lineOf, plain, Run, temporaryFolder, tsrun } from '../helpers/run.ts';

const line = (text: string): string => lineOf('store.ts', text);

/** Two hosts that are both this one, each with an agent of its own. */
const TWO_HOSTS = ['--launcher', 'sh -c "{command}"', '-H', 'a:4,b:4'];

/** Where ranks run, and the arguments for it. */
const PLACES: readonly [string, readonly string[]][] = [
  ['one host', []],
  ['two hosts', TWO_HOSTS],
];

for (const [place, options] of PLACES) {
  test(`ranks on ${place} count, lock and wait together`, async (t) => {
    const { code, stdout, stderr } = await tsrun(t, ['-n', '8', ...options, 'store.ts', 'count']);
    t.is(stderr, '');
    t.is(code, 0);
    t.is(stdout, "3200 160 1 800000\n[ 'arrived', 'counted', 'first', 'go', 'n' ]\n");
  });

  test(`kill -9 of who holds a lock on ${place} gives it to the next, who learns of that`, async (t) => {
    const args = ['-n', '3', '--on-failure', 'continue', ...options, 'store.ts', 'hold'];
    const run = await Run.tsrun(t, args);
    const [, pid] = await run.told('rank 0 is (\\d+)');
    process.kill(Number(pid), 'SIGKILL');
    const { code, stdout } = await run.ended;
    t.is(code, 137);
    t.deepEqual(
      stdout
        .replaceAll(/\d+, has/g, '#, has')
        .trim()
        .split('\n'),
      [
        'rank 0 is #, has the lock, abandoned false',
        'rank 1 is #, has the lock, abandoned true',
        'rank 2 is #, has the lock, abandoned false',
      ],
    );
  });

  test(`Ctrl-\\ shows on ${place} who waits for which key or lock, and who holds it`, async (t) => {
    const gate = join(temporaryFolder(t), 'gate');
    const hosts =
      place === 'one host' ? options : ['--launcher', 'sh -c "{command}"', '-H', 'a:2,b:2'];
    const run = await Run.tsrun(t, ['-n', '4', ...hosts, 'store.ts', 'waits', gate]);
    await run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
    run.signal('SIGQUIT');
    await run.told('held by');
    writeFileSync(gate, '');
    const { code, stderr } = await run.ended;
    t.is(code, 0);
    const at = line('await waits()');
    const shown = plain(stderr).map((text) => text.replace(/ {2}(?:[ab]|a, b)(?= {2})/, ''));
    t.deepEqual(shown, [
      'tsrun: where the ranks are (Ctrl-\\):',
      '  rank 0  running, waits for no message',
      `  rank 1  waits # s  store.lock "log", held by rank 0  ${line('rank === 1')} in waits ← ${at}`,
      `  ranks 2-3  waits # s  store.wait "config"  ${line("store.wait('config')")} in waits ← ${at}`,
    ]);
  });
}

test('if the job ends with who holds a lock, the report says who waited for it', async (t) => {
  const run = await Run.tsrun(t, ['-n', '2', 'store.ts', 'hold']);
  const [, pid] = await run.told('rank 0 is (\\d+)');
  process.kill(Number(pid), 'SIGKILL');
  const { code, stdout, stderr } = await run.ended;
  t.is(code, 137);
  t.is(stdout.split('\n').length, 2, 'nobody else got it');
  t.true(stderr.includes('was killed by SIGKILL'));
  const report = plain(stderr.slice(stderr.indexOf('was killed')));
  t.true(report.includes('tsrun: who waited for rank 0:'), stderr);
  t.true(
    report.some((text) => text.includes('store.lock "l", held by rank 0')),
    stderr,
  );
});

test('a lock that its holder takes into finalize goes to the next', async (t) => {
  const { code, stdout } = await tsrun(t, ['-n', '2', 'store.ts', 'leave']);
  t.is(code, 0);
  t.regex(stdout, /rank 1 is \d+, has the lock, abandoned true\n$/);
});

const HOPELESS =
  'it can never complete: every other rank has finished, and this rank has nothing else under way';

test('a wait for a key that nobody is left to put is an error at its line', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '3', 'store.ts', 'dead-end']);
  t.is(code, 1);
  t.true(
    stderr.includes(
      `failed: MpiError [ERR_PROC_FINISHED]: rank 0: store.wait "never": ${HOPELESS}`,
    ),
    stderr,
  );
  t.true(stderr.includes(line("store.wait('never')")));
});

test('so is a wait for a lock of one’s own', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '1', 'store.ts', 'own-lock']);
  t.is(code, 1);
  const text = 'rank 0: store.lock "mine": it can never complete: this world has one rank';
  t.true(stderr.includes(text), stderr);
});

test('a program that was started by plain node has a store of its own', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'alone.mjs');
  const library = new URL('../../../dist/index.js', import.meta.url).href;
  writeFileSync(
    file,
    `import { store } from '${library}';
const sums = await Promise.all([store.increment('n'), store.increment('n', 2)]);
const lock = await store.lock('l');
console.log(sums, await store.keys(), lock.held);
await store.wait('never');`,
  );
  const run = await Run.node(t, [file]);
  const { code, stdout, stderr } = await run.ended;
  t.is(stdout, "[ 1, 3 ] [ 'n' ] true\n");
  t.not(code, 0);
  t.regex(stderr, /store\.wait "never": it can never complete: this world has one rank/);
});
