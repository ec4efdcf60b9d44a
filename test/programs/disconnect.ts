import { fileURLToPath } from 'node:url';
import test from 'ava';
import { plain, Run, tsrun } from '../helpers/run.ts';

const AGENTS = ['--launcher', 'sh -c "{command}"'];

for (const [options, rounds] of [
  [['-n', '1'], 25],
  [['-n', '3'], 4],
  [['-n', '2', '--transport', 'zeromq'], 4],
  [['-n', '2', '--transport', 'zeromq-tcp'], 4],
  [['-n', '2', '--eager', '0', '--check'], 4],
  [['-n', '2', '-H', 'a,b', ...AGENTS], 4],
] as const) {
  const shown = options.join(' ').replace(` ${AGENTS.join(' ')}`, '');
  test(`children that disconnect end while their parents go on, ${shown}`, async (t) => {
    const args = [...options, 'leaving.ts', 'series', String(rounds)];
    const end = await tsrun(t, args, { limitMs: 30_000 + 2000 * rounds });
    t.like(end, { code: 0, stdout: `${2 * rounds} came and went\n`, stderr: '' });
  });
}

for (const [way, title, stdout] of [
  ['alone', 'children of children may all go their own ways', 'done\n'],
  ['outlive', 'children that disconnect outlive their parents', 'outlived\n'],
] as const) {
  test(title, async (t) => {
    t.like(await tsrun(t, ['-n', '2', 'leaving.ts', way]), { code: 0, stdout, stderr: '' });
  });
}

test('children that have disconnected fail by themselves, and give the job its exit code', async (t) => {
  const end = await tsrun(t, ['-n', '2', 'leaving.ts', 'failing']);
  t.like(end, { code: 3, stdout: 'gone on\n' });
  t.deepEqual(
    plain(end.stderr).map((line) => line.replace(/ \(.*?\)/, '')),
    ['tsrun: rank 0 of left.ts exited with code 3; those that it has disconnected from go on'],
  );
});

test('who waits for one that never disconnects is told of', async (t) => {
  const end = await tsrun(t, ['-n', '2', 'leaving.ts', 'onesided']);
  t.is(end.code, 125);
  t.regex(end.stderr, /ranks 0-1 +waits .* disconnect #1 in spawn of world +leaving\.ts:\d+/);
  t.regex(end.stderr, /rank 0 of left\.ts +waits .* receive from 0, any tag +left\.ts:\d+/);
});

test('a disconnect that waits for a receive that nothing comes for says so', async (t) => {
  const end = await tsrun(t, ['-n', '1', 'leaving.ts', 'pending']);
  t.is(end.code, 125);
  for (const row of [
    /rank 0 +waits .* receive from 0, tag 7 in spawn of world +started, not awaited/,
    /waits .* disconnect #1 in spawn of world, first receive from 0, tag 7 +leaving\.ts:\d+/,
    /rank 0 of left\.ts +waits .* disconnect #1 in parent +left\.ts:\d+/,
  ]) {
    t.regex(end.stderr, row);
  }
});

test('a program that plain Node runs disconnects from what it has spawned', async (t) => {
  const program = fileURLToPath(new URL('../ranks/leaving.js', import.meta.url));
  const end = await (await Run.node(t, [program, 'series', '2'])).ended;
  t.like(end, { code: 0, stdout: '4 came and went\n' });
});
