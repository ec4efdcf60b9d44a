import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Allocation } from '../../src/launch/allocation.ts';
import { parseCommandLine } from '../../src/launch/command-line.ts';
import { UsageError } from '../../src/launch/options.ts';
import { describePlan, plan, type RankPlan } from '../../src/launch/plan.ts';

const HERE: Allocation = {
  hosts: [{ name: 'here', slots: 1 }],
  source: 'here',
  limited: false,
  defaultRanks: 1,
};

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'tsmpi-plan-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
}

function planOf(argv: readonly string[], cwd: string): readonly RankPlan[] {
  const line = parseCommandLine(argv, { version: '0', cores: 1, env: {}, cwd, host: 'here' });
  if (line.kind !== 'run') throw new Error('not a job');
  return plan(line.job, { cwd, ...line.allocation });
}

test('ranks count on from one program to the next, each with what holds for its own', (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, 'sub'));
  const argv = ['-n', '2', '-x', 'A=1', 'a.ts', 'x', ':', '--wdir', 'sub', '--node-args', '--b'];
  const first = { app: 0, program: join(cwd, 'a.ts'), args: ['x'], env: { A: '1' } };
  t.deepEqual(planOf([...argv, 'b.ts'], cwd), [
    { rank: 0, host: 0, ...first, wdir: cwd, nodeArgs: [] },
    { rank: 1, host: 0, ...first, wdir: cwd, nodeArgs: [] },
    {
      rank: 2,
      host: 0,
      app: 1,
      // The program is looked for from the launcher's folder, not from --wdir.
      program: join(cwd, 'b.ts'),
      args: [],
      env: {},
      wdir: join(cwd, 'sub'),
      nodeArgs: ['--b'],
    },
  ]);
});

test('a debugger port is asked for in the ranks listed, after the other options of Node', (t) => {
  const argv = ['-n', '3', '--node-args', '--a', '--inspect-brk=0,2', 'p.ts'];
  t.deepEqual(
    planOf(argv, folder(t)).map((rank) => rank.nodeArgs),
    [['--a', '--inspect-brk=127.0.0.1:0'], ['--a'], ['--a', '--inspect-brk=127.0.0.1:0']],
  );
});

test('--wdir must be a folder that exists', (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'file'), '');
  const missing = t.throws(() => planOf(['--wdir', 'no', 'p.ts'], cwd), { instanceOf: UsageError });
  t.is(missing?.message, `--wdir 'no': there is no such folder; looked for ${join(cwd, 'no')}`);
  const file = t.throws(() => planOf(['--wdir', 'file', 'p.ts'], cwd), { instanceOf: UsageError });
  t.is(file?.message, `--wdir 'file': this is not a folder; looked for ${join(cwd, 'file')}`);
  t.throws(() => planOf(['--wdir', 'file/below', 'p.ts'], cwd), {
    instanceOf: UsageError,
    message: /this cannot be opened \(ENOTDIR\)/,
  });
});

test('a description joins ranks that do the same and shows what is unusual', (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, 'sub'));
  const context = { cwd, ...HERE };
  const argv = ['-n', '10', '--inspect=3', 'examples/ring.ts', 'a b', ':'];
  const ranks = planOf([...argv, '-x', 'A=1 2', '--wdir', 'sub', '/elsewhere/b.ts'], cwd);
  t.is(
    describePlan(ranks, context),
    `\
rank 0-2  here  examples/ring.ts 'a b'
rank 3    here  examples/ring.ts 'a b'
          node --inspect=127.0.0.1:0
rank 4-9  here  examples/ring.ts 'a b'
rank 10   here  /elsewhere/b.ts
          in ${join(cwd, 'sub')}
          with A='1 2'
`,
  );
});

test('the program and arguments in a description mean the same to a shell', (t) => {
  const cwd = folder(t);
  const args = ['', "it's", '$(id) `id`', 'a\nb', '*', '~', '-n', '"', '\\', 'ü', '!x', '#', ';'];
  const text = describePlan(planOf(['--', '-p.ts', ...args], cwd), { cwd, ...HERE });
  const command = text.slice(text.indexOf('here') + 4);
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { cwd, encoding: 'utf8' });
  t.deepEqual(read.split('\0').slice(0, -1), ['./-p.ts', ...args]);
});

/** The number of the host of each rank. */
function hostsOf(argv: readonly string[]): string {
  return planOf([...argv, 'p.ts'], '/')
    .map((rank) => rank.host)
    .join('');
}

test('ranks of all programs are placed on the hosts one after the other', (t) => {
  t.is(hostsOf(['-H', 'a:2,b:2,c:2']), '001122');
  t.is(hostsOf(['-H', 'a:2,b:2,c:2', '--map-by', 'node']), '012012');
  t.is(hostsOf(['-H', 'a:2,b:2,c:2', '--per-node', '3']), '000111222');
  t.is(hostsOf(['-H', 'a:2,b:2', '-n', '1', 'a.ts', ':', '-n', '3']), '0011');
  t.is(hostsOf(['-H', 'a,b', '-n', '5']), '01010');
  t.is(hostsOf(['-n', '3']), '000');
});

test('hosts that do not take so many ranks are a mistake on the command line', (t) => {
  t.throws(() => hostsOf(['-H', 'a:2,b', '-n', '3', '--per-node', '1']), {
    instanceOf: UsageError,
    message: /with --per-node 1 there is room for 2 on the 2 hosts/,
  });
});

test('a folder on other hosts is not looked for here', (t) => {
  const argv = ['-H', 'a', '--wdir', 'not-here', 'p.ts'];
  t.is(planOf(argv, '/somewhere')[0]?.wdir, '/somewhere/not-here');
});

test('a description has the host of each rank, and a line of its own where that changes', (t) => {
  const argv = ['-H', 'a:2,node10,::1', '-n', '6', '/p.ts'];
  const line = parseCommandLine(argv, { version: '0', cores: 1, env: {}, cwd: '/', host: 'here' });
  if (line.kind !== 'run') return t.fail();
  const context = { cwd: '/', ...line.allocation };
  t.is(
    describePlan(plan(line.job, context), context),
    `\
rank 0-1  a       p.ts
rank 2    node10  p.ts
rank 3    ::1     p.ts
rank 4-5  a       p.ts
`,
  );
});
