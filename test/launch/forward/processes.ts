import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import test from 'ava';
import { Output } from '../../../src/launch/forward/output.ts';

/** An output that is read from two streams in this process. */
function listen(ranks: number): { output: Output; text: () => string } {
  const stdout = new PassThrough();
  let text = '';
  stdout.on('data', (chunk) => {
    text += chunk;
  });
  const output = new Output({
    tag: 'none',
    inspects: false,
    json: false,
    outputDir: undefined,
    ranks,
    hostOf: () => 'here',
    colour: false,
    now: () => new Date(),
    stdout,
    stderr: new PassThrough(),
    onClosed: () => {},
  });
  return { output, text: () => text };
}

function attach(output: Output, rank: number, program: string, ...args: string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  output.attach(rank, 'stdout', child.stdout);
  output.attach(rank, 'stderr', child.stderr);
  return child;
}

test('every line of several processes arrives whole, to the last one before they end', async (t) => {
  const { output, text } = listen(4);
  const program = `
    const { writeSync } = require('node:fs');
    const rank = process.argv[1];
    let out = '';
    for (let i = 0; i < 20000; i++) out += rank + ' ' + i + ' ' + 'x'.repeat(i % 100) + '\\n';
    const bytes = Buffer.from(out);
    for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
    process.kill(process.pid, 'SIGKILL');
  `;
  for (let rank = 0; rank < 4; rank++) {
    attach(output, rank, process.execPath, '-e', program, String(rank));
  }
  await output.finish();
  const next = [0, 0, 0, 0];
  for (const line of text().trimEnd().split('\n')) {
    const rank = Number(line[0]);
    const i = next[rank] ?? 0;
    if (line !== `${rank} ${i} ${'x'.repeat(i % 100)}`) return t.fail(`torn: ${line}`);
    next[rank] = i + 1;
  }
  t.deepEqual(next, [20_000, 20_000, 20_000, 20_000]);
});

test('a process left behind that holds the pipes is not waited for', async (t) => {
  const { output, text } = listen(1);
  const child = attach(output, 0, 'sh', '-c', 'sleep 1000 & echo "$! is left behind"');
  child.on('exit', () => output.abandon(0));
  await output.finish();
  const [, pid] = /^(\d+) is left behind\n$/.exec(text()) ?? [];
  t.truthy(pid);
  process.kill(Number(pid), 'SIGKILL');
});

/** A launcher of one rank, a shell command. */
const LAUNCHER = `
  import { spawn } from 'node:child_process';
  import { Output } from '${new URL('../../../src/launch/forward/output.js', import.meta.url)}';
  const rank = spawn('sh', ['-c', process.argv[1]], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = new Output({
    tag: 'none', inspects: false, json: false, outputDir: undefined, ranks: 1, hostOf: () => 'here', colour: false,
    now: () => new Date(), stdout: process.stdout, stderr: process.stderr,
    onClosed() { output.note('closed'); rank.kill(); },
  });
  output.attach(0, 'stdout', rank.stdout);
  output.attach(0, 'stderr', rank.stderr);
  rank.once('exit', () => output.note('exit'));
  await output.finish();
  output.note('finished');
`;

function launch(
  command: string,
  stdio: ['ignore', number | 'pipe', number | 'pipe'],
): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', LAUNCHER, '--', command], { stdio });
}

test('a reader that goes away ends the job without a crash', async (t) => {
  const child = launch('exec yes', ['ignore', 'pipe', 'pipe']);
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  child.stdout?.once('data', () => child.stdout?.destroy());
  await once(child, 'close');
  t.is(child.exitCode, 0);
  t.deepEqual(said.trimEnd().split('\n').sort(), ['closed', 'exit', 'finished']);
});

const canFill = existsSync('/dev/full');

(canFill ? test : test.skip)(
  `a full disk behind stdout is said and is not taken for success${canFill ? '' : ' (skipped: there is no /dev/full)'}`,
  async (t) => {
    const full = openSync('/dev/full', 'w');
    const child = launch('echo lost', ['ignore', full, 'pipe']);
    closeSync(full);
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    await once(child, 'close');
    t.is(child.exitCode, 0);
    const notes = said.trimEnd().split('\n').sort();
    t.regex(notes.pop() ?? '', /^tsrun: cannot write to stdout: ENOSPC: /);
    t.deepEqual(notes, ['closed', 'exit', 'finished']);
  },
);

test('with 2>&1 a note does not stand in the line of a rank', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsmpi-processes-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'both');
  const file = openSync(path, 'w');
  const child = launch('printf error >&2; exec printf text', ['ignore', file, file]);
  closeSync(file);
  await once(child, 'close');
  const lines = readFileSync(path, 'utf8').split('\n').sort();
  t.deepEqual(lines, ['', 'error', 'exit', 'finished', 'text']);
});
