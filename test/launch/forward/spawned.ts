import { readdirSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import test from 'ava';
import { Input } from '../../../src/launch/forward/input.ts';
import { Output, type OutputOptions } from '../../../src/launch/forward/output.ts';
import type { SpawnedName } from '../../../src/launch/supervise/names.ts';
import { temporaryFolder } from '../../helpers/run.ts';

const NAMES: readonly SpawnedName[] = [
  { rank: 0, program: 'child.ts' },
  { rank: 1, program: 'child.ts#2' },
  { rank: 12, program: '.a.b.mjs' },
];

/** What is printed if rank 0, and after it these spawned processes, write a line each. */
async function printed(options: Partial<OutputOptions>, terminal = false): Promise<string[]> {
  const stdout = Object.assign(new PassThrough(), { isTTY: terminal });
  const output = new Output({
    tag: 'auto',
    json: false,
    outputDir: undefined,
    ranks: 1,
    inspects: false,
    hostOf: () => 'node1',
    spawnedName: (rank) => NAMES[rank - 1],
    colour: false,
    now: () => new Date(0),
    stdout,
    stderr: stdout,
    onClosed: () => {},
    ...options,
  });
  for (let rank = 0; rank <= NAMES.length; rank += 1) {
    const source = new PassThrough();
    output.attach(rank, 'stdout', source);
    source.end('hi\n');
  }
  await output.finish();
  return String(stdout.read() ?? '')
    .trimEnd()
    .split('\n')
    .sort();
}

test('a spawned process is tagged by its program and its own rank', async (t) => {
  const tagged = ['[.a.b:12] hi', '[0] hi', '[child#2:1] hi', '[child:0] hi'];
  t.deepEqual(await printed({ tag: 'rank' }), tagged);
  t.is((await printed({ tag: 'host' }))[3], '[child:0@node1] hi');
});

test('on a terminal spawned processes are told apart from a rank that was alone', async (t) => {
  t.deepEqual(await printed({}, true), ['[.a.b:12] hi', '[child#2:1] hi', '[child:0] hi', 'hi']);
  t.deepEqual(await printed({}, false), ['hi', 'hi', 'hi', 'hi']);
});

test('JSON has the program of a spawned process', async (t) => {
  const records = (await printed({ json: true })).map((line) => JSON.parse(line));
  const origins = records.map(({ rank, program }) => `${rank} ${program}`);
  t.deepEqual(origins.sort(), ['0 child.ts', '0 undefined', '1 child.ts#2', '12 .a.b.mjs']);
});

test('files are named after the program of a spawned process', async (t) => {
  const outputDir = temporaryFolder(t);
  await printed({ outputDir });
  t.deepEqual(readdirSync(outputDir).sort(), [
    '.a.b.mjs.12.out',
    'child.ts#2.1.out',
    'child.ts.0.out',
    'rank.0.out',
  ]);
  t.is(readFileSync(`${outputDir}/child.ts.0.out`, 'utf8'), 'hi\n');
});

test('standard input is for those that the job began with', (t) => {
  const input = new Input({ target: 'all', ranks: 1, stdin: new PassThrough() });
  const sinks = [new PassThrough(), new PassThrough()];
  input.attach(1, sinks[1] as PassThrough);
  input.attach(0, sinks[0] as PassThrough);
  t.deepEqual(
    sinks.map(({ writableEnded }) => writableEnded),
    [false, true],
  );
});
