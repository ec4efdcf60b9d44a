import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { LIBRARY, RANKS, type RunOptions, temporaryFolder, tsrun } from '../helpers/run.ts';

/** What `test/ranks/facts.ts` prints. */
interface Facts {
  readonly rank: number;
  readonly size: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

async function facts(
  t: ExecutionContext,
  args: readonly string[],
  options?: RunOptions,
): Promise<Facts[]> {
  const { code, stdout, stderr } = await tsrun(t, args, options);
  t.is(stderr, '');
  t.is(code, 0);
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Facts);
  return all.sort((a, b) => a.rank - b.rank);
}

test("arguments behind the program's name are the program's, options of tsrun among them", async (t) => {
  const all = await facts(t, ['-n', '2', 'facts.ts', '-n', '5', '--x', 'a b', '', '--', '--help']);
  for (const [rank, fact] of all.entries()) {
    t.like(fact, { rank, size: 2, program: `${RANKS}facts.ts` });
    t.deepEqual(fact.args, ['-n', '5', '--x', 'a b', '', '--', '--help']);
  }
  t.is(all.length, 2);
});

test('arguments arrive as they are, whatever a shell would make of them', async (t) => {
  const odd = [
    'a\nb',
    '"',
    "'",
    '$(id)',
    '`id`',
    '; id',
    '*',
    '~',
    '\\',
    'ü 語 😀',
    'x'.repeat(100_000),
  ];
  const [fact] = await facts(t, ['-n', '1', 'facts.ts', ...odd]);
  t.deepEqual(fact?.args, odd);
});

test('-x sets a variable or passes one on, and --wdir sets the folder', async (t) => {
  const folder = temporaryFolder(t);
  const [fact] = await facts(
    t,
    ['-n', '1', '-x', 'GIVEN=a "b"\n=c', '-x', 'OWN', '--wdir', folder, 'facts.ts'],
    { env: { OWN: 'as it is', GIVEN: 'before' } },
  );
  t.like(fact, { cwd: folder, program: `${RANKS}facts.ts` });
  t.like(fact?.env, { GIVEN: 'a "b"\n=c', OWN: 'as it is' });
});

test('ranks count on over several programs, and each program has its own arguments and variables', async (t) => {
  const all = await facts(t, [
    ...['-n', '1', '-x', 'ROLE=first', 'facts.ts', 'a', ':'],
    ...['-n', '2', 'facts.ts', 'b', ':', 'facts.ts'],
  ]);
  t.deepEqual(
    all.map(({ rank, size, args, env }) => [rank, size, args[0], env.ROLE]),
    [
      [0, 4, 'a', 'first'],
      [1, 4, 'b', undefined],
      [2, 4, 'b', undefined],
      [3, 4, undefined, undefined],
    ],
  );
});

test('a rank finds its number in its environment, and nothing by which its children would be it', async (t) => {
  const [, fact] = await facts(t, ['-n', '2', 'facts.ts']);
  t.like(fact?.env, { TSMPI_RANK: '1', TSMPI_SIZE: '2', TSMPI_JOB: undefined });
});

test('neither a process nor a worker thread that a rank starts is taken for that rank', async (t) => {
  const program = join(temporaryFolder(t), 'child.mjs');
  const text = `import { world } from '${LIBRARY}'; console.log(world.rank, 'of', world.size);`;
  writeFileSync(program, text);
  const { code, stdout } = await tsrun(t, ['-n', '3', 'children.ts', program]);
  t.is(code, 0);
  const refusal =
    'worker: ERR_OTHER tsmpi was imported in a worker thread: only the main thread of a process is a rank; pass values to the worker instead';
  const lines = stdout.split('\n').filter((line) => line !== '');
  t.deepEqual(lines.sort(), [...Array(3).fill('child: 0 of 1'), ...Array(3).fill(refusal)]);
});

test('a package with a tsmpi of its own is refused, not taken for a world of one', async (t) => {
  const folder = temporaryFolder(t);
  const installed = join(folder, 'node_modules', 'other');
  cpSync(new URL('.', LIBRARY), join(installed, 'dist'), { recursive: true });
  const manifest = { name: 'other', type: 'module', exports: './dist/index.js' };
  writeFileSync(join(installed, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(folder, 'main.ts'),
    `import { world } from 'other';\nconsole.log(world.size);\n`,
  );
  const { code, stdout, stderr } = await tsrun(t, ['-n', '2', 'main.ts'], { cwd: folder });
  t.is(code, 1);
  t.is(stdout, '');
  t.regex(stderr, /^tsrun: rank \d \(.*\) failed: MpiError: a second tsmpi was loaded/);
});
