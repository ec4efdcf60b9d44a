import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Run, temporaryFolder, tsrun } from '../helpers/run.ts';

test('a last line without line end is printed', async (t) => {
  const one = await tsrun(t, ['-n', '1', 'print.ts', 'unfinished']);
  t.like(one, { code: 0, stdout: 'end of 0' });
  const two = await tsrun(t, ['-n', '2', 'print.ts', 'unfinished']);
  t.true(['end of 0\nend of 1', 'end of 1\nend of 0'].includes(two.stdout), two.stdout);
});

test('all of 5 MB of each rank written right before process.exit is printed, no line torn', async (t) => {
  const { code, bytes } = await tsrun(t, ['-n', '2', 'print.ts', 'much']);
  t.is(code, 0);
  t.is(bytes.length, 10_000_000);
  const lines = bytes.toString().split('\n');
  for (const rank of [0, 1]) {
    const own = lines.filter((line) => line.startsWith(`rank ${rank} `));
    t.true(own.every((line, index) => line === `rank ${rank} ${index}`.padEnd(49)));
    t.is(own.length, 100_000);
  }
});

test('a reader that has enough, such as head -1, ends the job quietly with 141', async (t) => {
  const run = await Run.tsrun(t, ['-n', '2', 'print.ts', 'forever']);
  await run.told('0\n');
  run.closeStdout();
  t.like(await run.ended, { code: 141, stderr: '' });
});

test('--tag puts the rank before each line', async (t) => {
  const { code, stdout, stderr } = await tsrun(t, ['-n', '2', '--tag', 'print.ts', 'both']);
  t.is(code, 0);
  const lines = (text: string): string[] => text.trimEnd().split('\n').sort();
  const odd = 'ä "quoted" \\';
  t.deepEqual(lines(stdout), ['[0] out of 0', `[0] ${odd}`, '[1] out of 1', `[1] ${odd}`]);
  t.deepEqual(lines(stderr), ['[0] err of 0', '[1] err of 1']);
});

test('--json prints one object for each line', async (t) => {
  const { code, stdout, stderr } = await tsrun(t, ['-n', '2', '--json', 'print.ts', 'both']);
  t.is(code, 0);
  t.is(stderr, '');
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.is(records.length, 6);
  for (const rank of [0, 1]) {
    const own = records.filter((record) => record.rank === rank);
    const shown = own.map(({ stream, text }) => `${stream}: ${text}`).sort();
    t.deepEqual(shown, [
      `stderr: err of ${rank}`,
      `stdout: out of ${rank}`,
      'stdout: ä "quoted" \\',
    ]);
  }
});

test('--output-dir writes a file for each stream of each rank, and prints nothing', async (t) => {
  const folder = join(temporaryFolder(t), 'out', 'put');
  const end = await tsrun(t, ['-n', '2', '--output-dir', folder, 'print.ts', 'both']);
  t.like(end, { code: 0, stdout: '', stderr: '' });
  const files = readdirSync(folder).sort();
  t.deepEqual(files, ['rank.0.err', 'rank.0.out', 'rank.1.err', 'rank.1.out']);
  t.is(readFileSync(join(folder, 'rank.1.out'), 'utf8'), 'out of 1\nä "quoted" \\\n');
  t.is(readFileSync(join(folder, 'rank.0.err'), 'utf8'), 'err of 0\n');
});

test('with --inspect each address of a debugger says which rank is there', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '3', '--inspect=0,2', 'ring.ts']);
  t.is(code, 0);
  const lines = stderr.trimEnd().split('\n').sort();
  t.is(lines.length, 2, stderr);
  t.regex(lines[0] ?? '', /^rank 0: Debugger listening on ws:\/\/127\.0\.0\.1:\d+\//);
  t.regex(lines[1] ?? '', /^rank 2: Debugger listening on ws:\/\/127\.0\.0\.1:\d+\//);
});
