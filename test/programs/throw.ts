import test from 'ava';
import { lineOf, plain, tsrun } from '../helpers/run.ts';

const line = (text: string): string => lineOf('fail.ts', text);

/** Ways to fail, the exit code, and what is told: the failure in one line, and its stack. */
const FAILURES: [how: string, code: number, told: string, ...stack: string[]][] = [
  ['top level', 1, 'failed: TypeError: boom', `at <anonymous> (${line('new TypeError')})`],
  [
    'async function',
    1,
    'failed: Error: boom',
    `at failLater (${line('throw new Error')})`,
    `at async <anonymous> (${line('await failLater')})`,
  ],
  ['rejection', 1, 'failed: Error: boom', `at failLater (${line('throw new Error')})`],
  ['timer', 1, 'failed: Error: boom', `at Timeout._onTimeout (${line('    throw new Error')})`],
  ['string', 1, "failed: Uncaught 'boom'"],
  ['object', 1, 'failed: Uncaught { boom: true }'],
  [
    'import',
    1,
    'failed: Error: boom while loading',
    'at <anonymous> (throws.ts:1)',
    `at async <anonymous> (${line("import('./throws.ts')")})`,
  ],
  ['exit 7', 7, 'exited with code 7'],
  ['exit 256', 255, 'exited with code 255'],
];

for (const [how, code, told, ...stack] of FAILURES) {
  for (const [size, rank, meanwhile] of [
    [1, 0, 'nothing'],
    [3, 0, 'receive'],
    [3, 2, 'busy'],
  ] as const) {
    const others = size === 1 ? '' : ` of ${size}, the others in ${meanwhile}`;
    test(`${how} on rank ${rank}${others}: ends the job with ${code}, told once`, async (t) => {
      const end = await tsrun(t, ['-n', `${size}`, 'fail.ts', how, `${rank}`, meanwhile]);
      t.is(end.code, code, end.stderr);
      const lines = plain(end.stderr);
      const report = [`tsrun: rank ${rank} ${told}`, ...stack.map((frame) => `  ${frame}`)];
      t.deepEqual(lines.splice(0, report.length), report);
      // The others share a line if they fared the same; one that was slow to start was just stopped.
      const about = lines.filter((other) => /^tsrun: ranks? \d/.test(other)).length;
      t.true(size === 1 ? about === 0 : about === 1 || about === size - 1, lines.join('\n'));
      t.false(lines.some((other) => /^ +at /.test(other)));
    });
  }
}

test('ranks that do not need the one that fails are stopped', async (t) => {
  const end = await tsrun(t, ['-n', '3', 'fail.ts', 'top level', '1', 'sleep']);
  t.is(end.code, 1);
  t.is(
    plain(end.stderr).at(-1),
    'tsrun: ranks 0, 2 were stopped because rank 1 failed; exit code 1',
  );
});

test('an error on one rank alone is told by the line it was needed in on the others', async (t) => {
  const { stderr } = await tsrun(t, ['-n', '3', 'fail.ts', 'import', '1', 'receive']);
  t.regex(stderr, /\ntsrun: ranks? (?:0, 2|0|2) needed rank 1 and failed at /);
  t.true(
    plain(stderr)
      .join()
      .includes(`failed at ${line('await world.receive')}`),
  );
});

for (const size of [1, 3]) {
  test(`the exit code that one of ${size} ranks sets is that of the job if all else ends well`, async (t) => {
    const others = size === 1 ? [] : [':', '-n', `${size - 1}`, 'finalize.ts', 'twice'];
    const end = await tsrun(t, ['-n', '1', 'fail.ts', 'exitCode 5', '0', ...others]);
    t.is(end.code, 5);
    t.is(plain(end.stderr)[0], 'tsrun: rank 0 exited with code 5');
  });
}

test('an error with a message of a megabyte is told in fewer words, with its place', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '1', 'fail.ts', 'long', '0']);
  t.is(code, 1);
  t.regex(stderr, /failed: RangeError: boom xxx/);
  t.is(plain(stderr).at(-1), `  at <anonymous> (${line('new RangeError')})`);
  t.true(stderr.length < 100_000);
});

test('an error that is the same on all ranks is told once', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '3', 'throws.ts']);
  t.is(code, 1);
  const lines = plain(stderr);
  t.regex(lines[0] ?? '', /^tsrun: rank [0-2] failed: Error: boom while loading$/);
  t.is(lines[1], '  at <anonymous> (throws.ts:1)');
  t.is(stderr.split('boom while loading').length - 1, 1);
});

for (const [code, expected, ending] of [
  [7, 7, ''],
  [300, 255, '; exit code 255'],
  [256, 255, '; exit code 255'],
  [-1, 255, '; exit code 255'],
  [0, 1, '; exit code 1'],
] as const) {
  test(`abort(${code}) ends the job with ${expected}`, async (t) => {
    const end = await tsrun(t, ['-n', '3', 'abort.ts', `${code}`]);
    t.is(end.code, expected);
    const [first] = plain(end.stderr);
    const place = lineOf('abort.ts', 'abort(Number');
    t.is(first, `tsrun: rank 1 called abort(${code}) at ${place}${ending}`);
  });
}
