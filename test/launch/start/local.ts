import { execFileSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import test from 'ava';
import type { FromRank } from '../../../src/control/message.ts';
import { CONTROL_FD } from '../../../src/control/pipe.ts';
import { startLocally } from '../../../src/launch/start/local.ts';
import type { RankCommand, Starter } from '../../../src/launch/start/start.ts';
import { isGone, until } from '../../helpers/launcher.ts';

// The fake ranks speak over the control pipe as if it were Node's own channel, which writes the same.
const env = {
  ...(process.env as Record<string, string>),
  NODE_CHANNEL_FD: String(CONTROL_FD),
  NODE_CHANNEL_SERIALIZATION_MODE: 'json',
};

const command = (source: string, more: Partial<RankCommand> = {}): RankCommand => ({
  rank: 3,
  execPath: process.execPath,
  args: ['-e', source],
  env,
  cwd: '/',
  stdin: 'null',
  ...more,
});

const starters: Starter[] = [];
const start: Starter['start'] = (...args) => {
  const starter = startLocally();
  starters.push(starter);
  return starter.start(...args);
};
test.after.always(async () => {
  for (const starter of starters) await starter.close();
});

test('a rank gets its arguments, environment and folder as they are given', async (t) => {
  const odd = ['', ' a  b ', '$(id)', "'", '"', '\n', '--', '-n', 'ü'];
  const source = `console.log(JSON.stringify([process.argv.slice(1), process.env.X, process.cwd()]))`;
  const rank = await start(
    command(source, { args: ['-e', source, '--', ...odd], env: { ...env, X: ' "x" ' } }),
    () => {},
  );
  t.deepEqual(JSON.parse(await text(rank.stdout)), [odd, ' "x" ', '/']);
});

test('a rank is spoken to and answers', async (t) => {
  const got: FromRank[] = [];
  const rank = await start(
    command(`process.on('message', (message) => {
      process.send({ kind: 'joined', address: JSON.stringify(message) });
      process.disconnect();
    })`),
    (message) => got.push(message),
  );
  rank.send({ kind: 'lost', rank: 1, reason: 'two\nlines' });
  t.deepEqual(await rank.ended, { code: 0, signal: null });
  t.deepEqual(got, [
    { kind: 'joined', address: '{"kind":"lost","rank":1,"reason":"two\\nlines"}' },
  ]);
});

test('sending to a rank that is gone, and killing it, does nothing', async (t) => {
  const rank = await start(command('process.exit(7)'), () => {});
  t.deepEqual(await rank.ended, { code: 7, signal: null });
  t.false(rank.alive());
  rank.send({ kind: 'finalized' });
  rank.kill('SIGKILL');
});

test('standard input is passed on where it is asked for, and empty elsewhere', async (t) => {
  const cat = 'process.stdin.pipe(process.stdout)';
  const piped = await start(command(cat, { stdin: 'pipe' }), () => {});
  piped.stdin?.end('some input');
  t.is(await text(piped.stdout), 'some input');
  const empty = await start(command(cat), () => {});
  t.is(empty.stdin, undefined);
  t.is(await text(empty.stdout), '');
});

test('input that a rank does not read breaks nothing', async (t) => {
  const rank = await start(command('', { stdin: 'pipe' }), () => {});
  rank.stdin?.write('x'.repeat(10_000_000));
  t.deepEqual(await rank.ended, { code: 0, signal: null });
});

test('a signal reaches what the rank has started, also after the rank has ended', async (t) => {
  const source = `const { spawn } = require('node:child_process');
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
    console.log(child.pid); child.unref();`;
  const rank = await start(command(source), () => {});
  const child = Number(await text(rank.stdout));
  await rank.ended;
  t.true(rank.alive());
  rank.kill('SIGKILL');
  t.false(rank.alive());
  await until('the descendant is gone', () => isGone(child));
});

test('the end of a rank is not held up by a descendant that holds the control pipe', async (t) => {
  // The shell passes the pipe on to what it starts.
  const rank = await start(
    command('', { execPath: '/bin/sh', args: ['-c', 'sleep 1000 & exit 5'] }),
    () => {},
  );
  t.deepEqual(await rank.ended, { code: 5, signal: null });
  rank.kill('SIGKILL');
});

test('the control pipe is not handed down to what a rank starts', async (t) => {
  const source = `const { execFileSync } = require('node:child_process');
    console.log(String(execFileSync('/bin/sh', ['-c', '(echo x >&3) 2>/dev/null && echo open || echo closed'])).trim());`;
  const rank = await start(command(source), () => {});
  t.is((await text(rank.stdout)).trim(), 'closed');
});

const huge = 'x'.repeat(100_000);
for (const [what, more, expected] of [
  [
    'a program that is not there',
    { execPath: '/nowhere/node' },
    'cannot start rank 3: there is no program /nowhere/node',
  ],
  [
    'a folder that is not there',
    { cwd: '/nowhere/at/all' },
    'cannot start rank 3: there is no folder /nowhere/at/all to start in',
  ],
  [
    'a program that may not be run',
    { execPath: '/etc/passwd' },
    'cannot start rank 3: no permission to run /etc/passwd in / (EACCES)',
  ],
  [
    'too long arguments',
    { args: new Array<string>(100).fill(huge) },
    'cannot start rank 3: the arguments and the environment are too long for the system (E2BIG): pass large input by file or standard input',
  ],
] as const) {
  test(`${what} is told in one message`, async (t) => {
    await t.throwsAsync(
      start(command('', more), () => {}),
      { message: expected },
    );
  });
}

const local = JSON.stringify(new URL('../../../src/launch/start/local.js', import.meta.url).href);
const prelude = `
  const { startLocally } = await import(${local});
  const { readdirSync } = await import('node:fs');
  const starter = startLocally();
  const command = (rank, stdin) => ({ rank, stdin, execPath: process.execPath, env: process.env,
    cwd: '/', args: ['-e', 'setInterval(() => {}, 1000)'] });`;

function run(shell: string, source: string): string {
  const args = ['-c', `${shell} exec "$0" --input-type=module -e "$1"`, process.execPath, source];
  return execFileSync('/bin/sh', args, { encoding: 'utf8' }).trim();
}

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a rank costs three file descriptors, and one more for its input', (t) => {
  const source = `${prelude}
    const count = () => readdirSync('/proc/self/fd').length;
    const before = count();
    const first = await starter.start(command(0, 'null'), () => {});
    const between = count();
    const second = await starter.start(command(1, 'pipe'), () => {});
    console.log(between - before, count() - between);
    first.kill('SIGKILL'); second.kill('SIGKILL'); await starter.close();`;
  t.is(run('', source), '3 4');
});

test('too few file descriptors are told in one message', (t) => {
  const source = `${prelude}
    const ranks = [];
    try {
      for (let rank = 0; ; rank += 1) ranks.push(await starter.start(command(rank, 'null'), () => {}));
    } catch (error) {
      console.log(error.message);
    }
    for (const rank of ranks) rank.kill('SIGKILL');
    await starter.close();`;
  t.regex(
    run('ulimit -n 40;', source),
    /^cannot start rank \d: too many open files \(EMFILE\): each rank takes up to 4; .* ulimit -n$/,
  );
});
