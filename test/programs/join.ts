import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { MeetingPlace } from '../../src/launch/join/place.ts';
import { endings, Joined, openMpi, said } from '../helpers/join.ts';
import { until } from '../helpers/launcher.ts';
import { RANKS, tsrun } from '../helpers/run.ts';

interface Facts {
  readonly rank: number;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const SOON = ['--join-timeout', '2', 'ring.ts'];
const HANG = ['hang.ts', 'receive', 'busy', 'child', 'sleep'];

test('ranks that another launcher started find each other, and each keeps its own output', async (t) => {
  const joined = await Joined.start(t, { size: 4, args: () => ['ring.ts'] });
  const { code, stdout, stderr } = await joined.run.ended;
  t.is(code, 0);
  t.is(stdout, 'P0P1P2P3\n');
  t.deepEqual(said(stderr), []);
  t.deepEqual(endings(stderr), ['0', '0', '0', '0']);
  await joined.gone();
});

test('a job of one rank is a job', async (t) => {
  const joined = await Joined.start(t, { size: 1, args: () => ['ring.ts'] });
  const { stdout, stderr } = await joined.run.ended;
  t.is(stdout, 'P0\n');
  t.deepEqual(endings(stderr), ['0']);
});

test('each process says what its own rank runs, and with what', async (t) => {
  const args = (rank: number): string[] =>
    rank === 1
      ? ['-x', 'COLOUR=blue', '--wdir', '/', join(RANKS, 'facts.ts'), 'b']
      : ['facts.ts', 'a'];
  const joined = await Joined.start(t, {
    size: 2,
    args,
    variables: (rank, size) => ({ ...openMpi('facts')(rank, size), COLOUR: 'red' }),
  });
  const { code, stdout, stderr } = await joined.run.ended;
  t.is(code, 0, stderr);
  const facts = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Facts)
    .sort((a, b) => a.rank - b.rank);
  t.deepEqual(
    facts.map(({ args: given, cwd, env }) => [given, cwd, env.COLOUR, env.OMPI_COMM_WORLD_RANK]),
    [
      [['a'], RANKS.replace(/\/$/, ''), 'red', '0'],
      [['b'], '/', 'blue', '1'],
    ],
  );
});

test('the exit code of every process is that of the job, and the failure is told once', async (t) => {
  const joined = await Joined.start(t, { size: 3, args: () => ['throws.ts'] });
  const { stderr } = await joined.run.ended;
  t.deepEqual(endings(stderr), ['1', '1', '1']);
  t.is(stderr.match(/^tsrun: rank \d \(/gm)?.length, 1, stderr);
  await joined.gone();
});

for (const victim of [0, 2]) {
  test(`when the process of rank ${victim} is killed, all end and nothing is left`, async (t) => {
    const joined = await Joined.start(t, { size: 4, args: () => HANG });
    await joined.run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
    await joined.kill(victim);
    const { stderr } = await joined.run.ended;
    await joined.gone();
    t.is(endings(stderr)[victim], 'SIGKILL');
    for (const [rank, how] of endings(stderr).entries()) if (rank !== victim) t.not(how, '0');
  });
}

test('SIGTERM to the process of any rank ends the job as SIGTERM to tsrun does', async (t) => {
  const joined = await Joined.start(t, { size: 4, args: () => HANG });
  await joined.run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
  await joined.kill(3, 'SIGTERM');
  const { stderr } = await joined.run.ended;
  t.deepEqual(endings(stderr), ['143', '143', '143', '143']);
  t.true(stderr.includes('tsrun: tsrun join of rank 3 got SIGTERM; ending the ranks'));
  await joined.gone();
});

test('SIGTERM to all processes at once is one SIGTERM', async (t) => {
  const joined = await Joined.start(t, { size: 4, args: () => HANG });
  await joined.run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
  await Promise.all([3, 2, 1, 0].map((rank) => joined.kill(rank, 'SIGTERM')));
  const { stderr } = await joined.run.ended;
  t.deepEqual(endings(stderr), ['143', '143', '143', '143']);
  t.is(stderr.match(/SIGTERM/g)?.length, 1, stderr);
  await joined.gone();
});

test('a rank that does not come is named by each of the others', async (t) => {
  const joined = await Joined.start(t, { size: 3, ranks: [0, 2], args: () => SOON });
  const { stdout, stderr } = await joined.run.ended;
  t.is(stdout, '');
  t.deepEqual(endings(stderr).filter(String), ['1', '1']);
  const told = said(stderr);
  t.is(told.length, 2, stderr);
  for (const line of told) {
    t.regex(
      line,
      /^tsrun: 2 of the 3 ranks that mpirun started met on .* within 2 s, without rank 1: /,
    );
  }
  await joined.gone();
});

test('without rank 0 the others do not wait for ever', async (t) => {
  const joined = await Joined.start(t, { size: 3, ranks: [1, 2], args: () => SOON });
  const { stderr } = await joined.run.ended;
  t.is(said(stderr).length, 2, stderr);
  for (const line of said(stderr)) t.regex(line, /: 2 of the 3 ranks .* without rank 0: /);
  await joined.gone();
});

test('ranks that are known to be on other hosts are not waited for', async (t) => {
  const variables = (rank: number): Record<string, string> => ({
    PMI_RANK: String(rank),
    PMI_SIZE: '4',
    MPI_LOCALNRANKS: '2',
  });
  const joined = await Joined.start(t, {
    size: 4,
    ranks: [0, 1],
    args: () => ['ring.ts'],
    variables,
  });
  const { stdout, stderr } = await joined.run.ended;
  t.is(stdout, '');
  t.deepEqual(endings(stderr), ['1', '1']);
  for (const line of said(stderr)) {
    t.regex(line, /^tsrun: mpiexec started 4 ranks, 2 of them here on .*: npx tsrun -f hostfile /);
  }
});

test('what a killed job has left where ranks meet is cleared away by the next of that name', async (t) => {
  const variables = openMpi('left');
  const place = new MeetingPlace('mpirun left');
  mkdirSync(place.folder, { mode: 0o700 });
  leaveSocket(place.socketOf(1));
  leaveSocket(place.socketOf(7));
  const joined = await Joined.start(t, { size: 3, args: () => ['ring.ts'], variables });
  const { stdout, stderr } = await joined.run.ended;
  t.is(stdout, 'P0P1P2\n', stderr);
  t.false(existsSync(place.folder));
});

test('nobody meets in a folder that others can enter', async (t) => {
  const place = new MeetingPlace('mpirun open');
  mkdirSync(place.folder, { mode: 0o755 });
  t.teardown(() => rmSync(place.folder, { recursive: true, force: true }));
  const joined = await Joined.start(t, {
    size: 2,
    args: () => ['ring.ts'],
    variables: openMpi('open'),
  });
  const { stderr } = await joined.run.ended;
  t.deepEqual(endings(stderr), ['1', '1']);
  for (const line of said(stderr)) t.regex(line, /tsmpi-J\w{5} is open to others: .*; remove it$/);
});

test('all processes killed while they wait for each other leave no trace', async (t) => {
  const joined = await Joined.start(t, { size: 3, ranks: [0, 1], args: () => ['ring.ts'] });
  // Once the first is there; the sockets of those that have met may be gone again by the next look.
  await until('they wait', () => existsSync(joined.place));
  await Promise.all([0, 1].map((rank) => joined.kill(rank)));
  await t.notThrowsAsync(joined.gone());
  await joined.run.ended;
});

test('a mistake in the program is told by rank 0 alone, and all end with 2', async (t) => {
  const joined = await Joined.start(t, { size: 2, args: () => ['missing.ts'] });
  const { stderr } = await joined.run.ended;
  t.deepEqual(endings(stderr), ['2', '2']);
  t.is(said(stderr).length, 1, stderr);
});

test('ranks of join talk over any transport', async (t) => {
  for (const transport of ['zeromq', 'zeromq-tcp']) {
    const args = (): string[] => ['--transport', transport, 'ring.ts'];
    const joined = await Joined.start(t, { size: 3, args });
    const { stdout, stderr } = await joined.run.ended;
    t.is(stdout, 'P0P1P2\n', stderr);
  }
});

test('what tsrun join cannot do is refused, with the reason', async (t) => {
  const end = await tsrun(t, ['join', 'ring.ts']);
  t.is(end.code, 2);
  t.regex(end.stderr, /^tsrun: tsrun join is for processes that another launcher started/);
  const env = openMpi('refused')(0, 2);
  for (const [args, reason] of [
    [['-n', '4', 'ring.ts'], /-n cannot be given to tsrun join: how many ranks there are/],
    [['-f', 'hosts', 'ring.ts'], /-f cannot be given to tsrun join: the hosts are those on which/],
    [['--map-by', 'node', 'ring.ts'], /--map-by cannot be given/],
    [['--tag', 'ring.ts'], /--tag cannot be given to tsrun join: .*srun --label/],
    [['a.ts', ':', 'b.ts'], /tsrun join starts one program/],
    [[], /no program is given/],
  ] as const) {
    const { code, stderr } = await tsrun(t, ['join', ...args], { env });
    t.is(code, 2);
    t.regex(stderr, reason);
  }
});

/** Leave a socket on which nobody listens, as one does that is killed. */
function leaveSocket(path: string): void {
  const listen =
    'require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))';
  spawnSync(process.execPath, ['-e', listen, path]);
}
