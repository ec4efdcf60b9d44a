import { join } from 'node:path';
import test from 'ava';
import { lineOf, plain, Run, temporaryFolder, tsrun } from '../helpers/run.ts';

const AGENTS = ['--launcher', 'sh -c "{command}"'];

const lines = (text: string): string[] => text.trimEnd().split('\n').sort();

test('a spawned program gets its arguments as they are, and is ranked and tagged as its own world', async (t) => {
  const end = await tsrun(t, [
    '-n',
    '1',
    '--tag',
    'rank',
    'spawner.ts',
    '2',
    'facts',
    'a b',
    '',
    '"$x"',
  ]);
  t.like(end, { code: 0, stderr: '' });
  const facts = end.stdout.replaceAll(/ on .*: /g, ': ');
  t.deepEqual(lines(facts), [
    '[0] 2 are there',
    '[0] heard from 0',
    '[0] heard from 1',
    '[spawned:0] 0 of 2: ["a b","","\\"$x\\""]',
    '[spawned:1] 1 of 2: ["a b","","\\"$x\\""]',
  ]);
});

test('processes are spawned on the hosts of the job, by their agents', async (t) => {
  const job = ['-H', 'a:1,b:2', '-n', '2', ...AGENTS, '--tag', 'host', 'spawner.ts', '3', 'facts'];
  const end = await tsrun(t, job);
  t.like(end, { code: 0, stderr: '' });
  t.deepEqual(
    lines(end.stdout).map((line) => line.split(' ')[0]),
    [
      '[0@a]',
      '[0@a]',
      '[0@a]',
      '[0@a]',
      '[1@b]',
      '[spawned:0@b]',
      '[spawned:1@b]',
      '[spawned:2@a]',
    ],
  );
});

test('they are spawned where that is said, if it is a host of the job', async (t) => {
  const job = ['-H', 'a,b', ...AGENTS, '--tag', 'host', 'spawner.ts', '2', 'facts'];
  const there = await tsrun(t, job, { env: { SPAWN: '@b' } });
  t.like(there, { code: 0, stderr: '' });
  t.is(there.stdout.match(/^\[spawned:\d@b\]/gm)?.length, 2);
  const nowhere = await tsrun(t, job, { env: { SPAWN: '@c' } });
  t.is(nowhere.code, 0);
  t.regex(nowhere.stdout, /^\[0@a\] MpiError.*'c' is not among the hosts of this job: a, b$/m);
});

for (const [hosts, ranks, places] of [
  ['a,b', 1, ['a', 'b', 'b']],
  ['a:2,b:2,c', 3, ['a', 'b', 'c']],
  ['a:1,b:4', 1, ['b', 'b', 'b']],
] as const) {
  test(`hosts without a rank are taken in when something is spawned there: ${ranks} on ${hosts}`, async (t) => {
    const job = [
      '-H',
      hosts,
      '-n',
      `${ranks}`,
      ...AGENTS,
      '--tag',
      'host',
      'spawner.ts',
      '3',
      'facts',
    ];
    const end = await tsrun(t, job);
    t.like(end, { code: 0, stderr: '' });
    const spawned = lines(end.stdout).flatMap(
      (line) => line.match(/^\[spawned:\d@(.)\]/)?.[1] ?? [],
    );
    t.deepEqual(spawned.sort(), [...places]);
    t.is(end.stdout.match(/ heard from /g)?.length, 3);
  });
}

for (const options of [[], ['--transport', 'zeromq-tcp'], ['--eager', '0', '--check']]) {
  const shown = options.join(' ');
  test(`messages go between all hosts of a job, those that were added too ${shown}`, async (t) => {
    const job = ['-H', 'a,b:2,c', '-n', '1', ...AGENTS, ...options, 'family.ts', 'ring', '5'];
    t.like(await tsrun(t, job), { code: 0, stdout: '6 in a ring\n', stderr: '' });
  });
}

test('what is spawned may add hosts itself, and hosts are added one after the other', async (t) => {
  const job = ['-H', 'a,b,c,d', '-n', '1', ...AGENTS, 'family.ts', 'tree', '3'];
  t.like(await tsrun(t, job), { code: 0, stdout: '14 below\n', stderr: '' });
});

test('a host that cannot be added refuses what was to be spawned there, and the job goes on', async (t) => {
  const launcher = 'sh -c "test {host} != b || exit 7; {command}"';
  const job = ['-H', 'a,b', '-n', '1', '--launcher', launcher, 'spawner.ts', '2', 'facts'];
  const end = await tsrun(t, job);
  t.like(end, { code: 0, stderr: '' });
  t.regex(end.stdout, /^MpiError: rank 0: spawn.*: host b: sh ended with exit code 7\n/);
});

test('a host that cannot keep what is spawned there refuses it, and the job goes on', async (t) => {
  const folder = temporaryFolder(t);
  const launcher = `sh -c "test {host} != b || export XDG_CACHE_HOME=${folder}; {command}"`;
  const job = ['-H', 'a,b', '--launcher', launcher, 'full.ts', join(folder, 'tsmpi/parcels')];
  const end = await tsrun(t, job);
  t.like(end, { code: 0, stdout: 'gone on\n', stderr: '' });
});

for (const [where, options] of [
  ['on this host', ['-n', '1']],
  ['by agents', ['-H', 'a,b', '-n', '1', ...AGENTS]],
] as const) {
  test(`what cannot be spawned ${where} rejects, and the job goes on`, async (t) => {
    const end = await tsrun(t, [...options, 'spawner.ts', '1'], { env: { SPAWN: 'spawnd.ts' } });
    t.like(end, { code: 0, stderr: '' });
    t.regex(end.stdout, /^MpiError.*cannot read program 'spawnd\.ts': no such file; did you mean/);
    const long = await tsrun(t, [...options, 'spawner.ts', '2', 'long']);
    t.like(long, { code: 0, stderr: '' });
    t.regex(long.stdout, /^MpiError.*cannot start rank \d of spawned\.ts: .*\(E2BIG\)/);
  });

  test(`a host that has not what spawned processes need refuses them ${where}, and the job goes on`, async (t) => {
    const end = await tsrun(t, [...options, '--transport', 'shm', 'spawner.ts', '1000', 'facts']);
    t.like(end, { code: 0, stderr: '' });
    t.regex(end.stdout, /^MpiError.* has too little space for \d+ ranks;/);
  });

  test(`a process that was spawned ${where} and fails ends the job as any rank`, async (t) => {
    const end = await tsrun(t, [...options, 'spawner.ts', '2', 'throw']);
    t.is(end.code, 1);
    const report = end.stderr.replaceAll(/ \(.*?\) failed: /g, ' failed: ');
    t.regex(report, /^tsrun: rank 1 of spawned\.ts failed: Error: as it should\n/);
    t.true(report.includes(`${lineOf('spawned.ts', 'new Error')}:`), report);
  });

  test(`a process that was spawned ${where} may be killed, if that is tolerated`, async (t) => {
    const end = await tsrun(t, [...options, 'spawner.ts', 'tolerant', '2', 'kill']);
    t.is(end.code, 0);
    t.regex(
      end.stderr,
      /^tsrun: rank 1 of spawned\.ts \(.*\) was killed by SIGKILL .*; the job goes on\n$/,
    );
    t.regex(end.stdout, /MpiError.*rank 1 of spawned\.ts was killed by SIGKILL/);
  });

  test(`kill -9 of tsrun leaves nothing of what was spawned ${where}`, async (t) => {
    const run = await Run.tsrun(t, [...options, 'spawner.ts', '2', 'hang']);
    await run.told('ready 0', 'ready 1');
    run.signal('SIGKILL');
    await run.gone();
    t.is((await run.ended).signal, 'SIGKILL');
  });
}

test('spawned processes spawn others', async (t) => {
  const end = await tsrun(t, ['-n', '1', '--tag', 'rank', 'spawner.ts', '2', 'again']);
  t.like(end, { code: 0, stderr: '' });
  const facts = end.stdout.replaceAll(/ on .*: /g, ': ');
  t.deepEqual(lines(facts), [
    '[0] 2 are there',
    '[0] heard from 0',
    '[0] heard from 1',
    '[spawned#2:0] 0 of 1: []',
  ]);
});

test('Ctrl-\\ shows where spawned processes are', async (t) => {
  const run = await Run.tsrun(t, ['-n', '1', 'spawner.ts', '2', 'hang']);
  await run.told('ready 0', 'ready 1', '2 are there');
  run.signal('SIGQUIT');
  await run.told('where the ranks are', 'ranks 0-1 of spawned.ts');
  run.signal('SIGTERM');
  const { code, stderr } = await run.ended;
  t.is(code, 143);
  t.deepEqual(plain(stderr).slice(1, 3), [
    `  rank 0  waits # s  receive from any rank, any tag in spawn of world  ${lineOf('spawner.ts', 'await children.receive()')}`,
    `  ranks 0-1 of spawned.ts  waits # s  receive from any rank, any tag  ${lineOf('spawned.ts', 'await world.receive(); // for ever')}`,
  ]);
});
