import { PassThrough } from 'node:stream';
import test from 'ava';
import type { StartedRank, Starter } from '../../src/launch/start/start.ts';
import { runJob } from '../../src/launch/supervise.ts';
import { isGone, Launcher, stateOf, until } from '../helpers/launcher.ts';

const JOIN = `process.send({ kind: 'joined' });`;
const READY = `${JOIN} console.log('ready');`;
/** A rank that does its duty towards the others. */
const GOOD = `
  process.on('message', ({ kind }) => kind === 'finalized' && process.disconnect());
  ${JOIN} process.send({ kind: 'finalizing', framesSent: [] });`;
/** A rank that runs no handler any more and lets itself be ended by nothing but SIGKILL. */
const BUSY = `
  process.on('SIGTERM', () => {}); process.on('SIGINT', () => {});
  ${JOIN} import { writeSync } from 'node:fs'; writeSync(1, 'ready\\n');
  while (true) {}`;
const IDLE = `${READY} setInterval(() => {}, 1000);`;

test('a job of ranks that end well exits with 0', async (t) => {
  const launcher = new Launcher(t, [GOOD, GOOD, GOOD]);
  t.is(await launcher.ended, 0);
  t.is(launcher.stderr, '');
});

test('a job of programs that know nothing of tsmpi exits with 0', async (t) => {
  const launcher = new Launcher(t, ['', `console.log('hello')`]);
  t.is(await launcher.ended, 0);
  t.true(launcher.lines.includes('out 1 hello'));
});

test('a rank killed by SIGKILL ends ranks in a busy loop', async (t) => {
  const launcher = new Launcher(t, [BUSY, IDLE]);
  await launcher.told('out 0 ready', 'out 1 ready');
  process.kill(launcher.pidOf('started 1'), 'SIGKILL');
  t.is(await launcher.ended, 137);
  t.true(isGone(launcher.pidOf('started 0')));
  t.regex(launcher.stderr, /^tsrun: rank 1 \(here, pid \d+\) was killed by SIGKILL/);
  t.regex(launcher.stderr, /\ntsrun: rank 0 was stopped because rank 1 was killed by SIGKILL;/);
});

test('a --timeout of more than a month is no less', async (t) => {
  const launcher = new Launcher(t, [GOOD, GOOD], { timeoutSeconds: 3_000_000 });
  t.is(await launcher.ended, 0);
});

test('what a rank says right before it ends is heard', async (t) => {
  const text = 'x'.repeat(300_000);
  const failure = `{ kind: 'failed', exitCode: 4, failure: { text: 'E', summary: '${text}' } }`;
  const launcher = new Launcher(t, [`process.send(${failure}, () => process.exit(4));`]);
  t.is(await launcher.ended, 4);
  t.true(launcher.stderr.startsWith('tsrun: rank 0 (here) failed: xxx'));
  t.is(launcher.stderr.split('x').length - 1, text.length);
});

test('nothing that a rank writes to the control pipe harms the launcher', async (t) => {
  const program = `
    import { writeSync } from 'node:fs';
    writeSync(3, 'no JSON\\n{"kind":\\n\\n[]\\n');
    for (const odd of [null, 1, 'joined', [], {}, { kind: 'abort' }, { kind: 'waits', id: {} },
      { kind: '__proto__' }, { cmd: 'NODE_HANDLE' }, { kind: 'failed', failure: null }]) {
      process.send(odd);
    }
    ${GOOD}`;
  const launcher = new Launcher(t, [program, GOOD]);
  t.is(await launcher.ended, 0);
  t.is(launcher.stderr, '');
});

test('a rank that cannot be started ends those that run', async (t) => {
  const launcher = new Launcher(t, [IDLE, IDLE], {}, { 1: '/nowhere/node' });
  t.is(await launcher.ended, 1);
  t.is(launcher.stderr, 'tsrun: cannot start rank 1: there is no program /nowhere/node\n');
  t.true(isGone(launcher.pidOf('started 0')));
});

test('the second Ctrl-C kills ranks that will not end', async (t) => {
  const launcher = new Launcher(t, [BUSY, IDLE], { graceSeconds: 3600 });
  await launcher.told('out 0 ready', 'out 1 ready');
  // The first is answered by a note; one that follows too soon would pass for its echo.
  const interval = setInterval(() => launcher.signal('SIGINT'), 200);
  t.teardown(() => clearInterval(interval));
  t.is(await launcher.ended, 130);
  t.true(isGone(launcher.pidOf('started 0')));
  t.regex(launcher.stderr, /^tsrun: SIGINT: .*press Ctrl-C again/);
});

test('SIGTERM gives ranks time to end in order', async (t) => {
  const program = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); ${IDLE}`;
  const launcher = new Launcher(t, [program], { graceSeconds: 3600 });
  await launcher.told('out 0 ready');
  launcher.signal('SIGTERM');
  t.is(await launcher.ended, 143);
  t.true(launcher.lines.includes('out 0 bye'));
});

test('Ctrl-\\ asks ranks where they are and harms none', async (t) => {
  const program = `
    process.on('message', ({ kind, id }) => {
      if (kind === 'where') process.send({ kind: 'waits', id, waits: [], finalizing: false });
    });
    ${READY}`;
  const launcher = new Launcher(t, [program, BUSY], { graceSeconds: 0 });
  await launcher.told('out 0 ready', 'out 1 ready');
  launcher.signal('SIGQUIT');
  await until('the table', () => launcher.stderr.includes('busy'));
  t.deepEqual(launcher.stderr.trimEnd().split('\n'), [
    'tsrun: where the ranks are (Ctrl-\\):',
    '  rank 0  running, waits for no message',
    '  rank 1  busy: computing, or in a synchronous call',
  ]);
  t.false(isGone(launcher.pidOf('started 0')));
  t.false(isGone(launcher.pidOf('started 1')));
  launcher.signal('SIGTERM');
  t.is(await launcher.ended, 143);
});

test('SIGTSTP stops launcher and ranks, SIGCONT continues them', async (t) => {
  const launcher = new Launcher(t, [BUSY], { graceSeconds: 0 });
  await launcher.told('out 0 ready');
  const pids = [launcher.pid, launcher.pidOf('started 0')];
  launcher.signal('SIGTSTP');
  await until('all are stopped', () => pids.every((pid) => stateOf(pid).startsWith('T')));
  launcher.signal('SIGCONT');
  await until('all go on', () => pids.every((pid) => !stateOf(pid).startsWith('T')));
  launcher.signal('SIGTERM');
  t.is(await launcher.ended, 143);
});

test('a descendant that holds the output of a rank open is ended with it', async (t) => {
  const program = `
    import { spawn } from 'node:child_process';
    const child = spawn('sleep', ['1000'], { stdio: 'inherit' });
    console.log('child ' + child.pid);
    child.unref();`;
  const launcher = new Launcher(t, [program]);
  t.is(await launcher.ended, 0);
  t.true(launcher.lines.includes('abandon 0'));
  const child = launcher.pidOf('out 0 child');
  await until('the descendant is gone', () => isGone(child));
  t.pass();
});

test('the loss of a host ends the job, whether or not its ranks are heard of again', async (t) => {
  const outputs: PassThrough[] = [];
  let closed = false;
  const starter: Starter = {
    start: async ({ rank }): Promise<StartedRank> => {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      outputs.push(stdout.resume(), stderr.resume());
      const ended = new Promise<never>(() => {});
      const alive = (): boolean => false;
      return { rank, pid: 1, stdin: undefined, stdout, stderr, send() {}, kill() {}, alive, ended };
    },
    close: async () => {
      closed = true;
    },
  };
  const notes: string[] = [];
  let running = 0;
  const job = runJob(
    {
      size: 2,
      graceSeconds: undefined,
      timeoutSeconds: undefined,
      onFailure: 'kill',
      onDeadlock: 'end',
      quiet: false,
      check: false,
      hostOf: () => 'node2',
      cwd: '/p',
    },
    [0, 1].map((rank) => ({
      rank,
      execPath: '',
      args: [],
      env: {},
      cwd: '/p',
      stdin: 'null' as const,
    })),
    starter,
    {
      onStarted: () => {
        running += 1;
        if (running < 2) return;
        job.hostLost({ name: 'node2', ranks: [0, 1], reason: 'its agent was killed by SIGKILL' });
        for (const output of outputs) output.end();
      },
      abandon: (rank) => t.fail(`rank ${rank} was abandoned`),
      note: (text) => notes.push(text),
      tail: () => [],
    },
  );
  t.is(await job.exitCode, 1);
  t.true(closed);
  t.deepEqual(notes, ['tsrun: host node2 (ranks 0-1) was lost: its agent was killed by SIGKILL']);
});
