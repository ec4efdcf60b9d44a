import test from 'ava';
import { run, start } from '../../scripts/peers/driver/run.ts';

const options = { env: process.env, signal: new AbortController().signal };

/** Descendants are found in /proc. */
const linux = process.platform === 'linux' ? test : test.skip;

/** Starts a process in a group of its own that hears no polite signal, and hangs. */
const HANG = `
const { spawn } = require('node:child_process');
const deaf = "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)";
spawn(process.execPath, ['-e', deaf], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] });
`;

linux('a program that hangs is ended with all that it has started', async (t) => {
  const interrupt = new AbortController();
  const running = start([process.execPath, '-e', HANG], {
    ...options,
    limitMs: 60_000,
    signal: interrupt.signal,
  });
  running.child.stdout?.once('data', () => interrupt.abort());
  // It settles when the output is closed, which the one that hears nothing holds open too.
  const { stdout, problem } = await running.ended;
  t.is(problem, 'interrupted');
  t.is(stdout, 'deaf\n');
});

linux('a program is killed after its time', async (t) => {
  const command = [process.execPath, '-e', 'setInterval(() => {}, 1000)'];
  const { problem } = await run(command, { ...options, limitMs: 100 });
  t.is(problem, 'killed after 0.1 s');
});

test('a program that fails is reported with the last line that it said', async (t) => {
  const command = [process.execPath, '-e', "console.error('no luck\\n'); process.exitCode = 3"];
  const { problem } = await run(command, { ...options, limitMs: 60_000 });
  t.is(problem, 'exit code 3: no luck');
});

test('a program that is not there is reported', async (t) => {
  const { problem } = await run(['no-such-program'], { ...options, limitMs: 60_000 });
  t.regex(problem ?? '', /no-such-program/);
});
