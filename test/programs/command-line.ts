import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { LIBRARY, Run, temporaryFolder, tsrun } from '../helpers/run.ts';

for (const [typed, told] of [
  ['', 'tsrun: no program is given; usage: tsrun [options] program.ts [args…]; see tsrun --help'],
  ['-n 0 ring.ts', "tsrun: -n '0': the number of ranks is a whole number from 1 to 4096"],
  ['-n x ring.ts', "tsrun: -n 'x': the number of ranks is a whole number from 1 to 4096"],
  ['-n', 'tsrun: -n needs a value: -n, -np, --np N'],
  [
    '-n 2',
    'tsrun: no program is given; usage: tsrun [options] program.ts [args…]; see tsrun --help',
  ],
  [
    '-n 2 ring.ts :',
    'tsrun: program 2 of 2 is missing; usage: tsrun [options] program.ts [args…]; see tsrun --help',
  ],
  ['--transprot x ring.ts', "tsrun: unknown option '--transprot' (did you mean '--transport'?)"],
  ['--transport x ring.ts', "tsrun: --transport 'x': there are shm, zeromq and zeromq-tcp"],
  ['--stdin 2 -n 2 ring.ts', "tsrun: --stdin '2': give ranks from 0 to 1, all or none"],
  ['ringg.ts', "tsrun: cannot read program 'ringg.ts': no such file; did you mean ring.ts?"],
  ['docter', "tsrun: 'docter' is no program; did you mean tsrun doctor?"],
  ['help', "tsrun: 'help' is no program; did you mean tsrun --help?"],
  [
    '--tag rnak ring.ts',
    "tsrun: 'rnak' is no program, and stands before ring.ts; only options of tsrun do, see tsrun --help",
  ],
  ['missing.ts', "tsrun: cannot read program 'missing.ts': no such file"],
] as const) {
  test(`tsrun ${typed} is refused in one line, with exit code 2`, async (t) => {
    const end = await tsrun(t, typed === '' ? [] : typed.split(' '));
    t.like(end, { code: 2, stdout: '', stderr: `${told}\n` });
  });
}

test('a number of ranks behind the program is for the program, which is said in one line', async (t) => {
  const note =
    'tsrun: -n 4 stands behind facts.ts, so it is for the program; for 4 ranks: tsrun -n 4 facts.ts\n';
  t.like(await tsrun(t, ['facts.ts', '-n', '4']), { code: 0, stderr: note });
  t.like(await tsrun(t, ['-n', '2', 'facts.ts', '-n', '4']), { code: 0, stderr: '' });
  t.like(await tsrun(t, ['--quiet', 'facts.ts', '-n', '4']), { code: 0, stderr: '' });
});

// Root may read everything.
const unlessRoot = process.getuid?.() === 0 ? test.skip : test;
unlessRoot('a program that may not be read is refused in one line, with exit code 2', async (t) => {
  const program = join(temporaryFolder(t), 'secret.ts');
  writeFileSync(program, '');
  chmodSync(program, 0);
  const { code, stderr } = await tsrun(t, [program]);
  t.is(code, 2);
  t.regex(stderr, /^tsrun: cannot read program '.*secret\.ts': permission denied\n$/);
});

test('a Node that is too old is told so, by tsrun with exit code 2, and by the library', async (t) => {
  const old = join(temporaryFolder(t), 'old.mjs');
  writeFileSync(
    old,
    `Object.defineProperty(process.versions, 'node', { value: '21.7.3' });
delete process.getBuiltinModule;\n`,
  );
  const env = { NODE_OPTIONS: `--import ${pathToFileURL(old).href}` };
  const told = 'tsmpi needs Node 20.19, or 22.3 or newer; this is 21.7.3';
  t.like(await tsrun(t, ['ring.ts'], { env }), { code: 2, stdout: '', stderr: `tsrun: ${told}\n` });
  const imported = await (
    await Run.node(t, ['--eval', `import(${JSON.stringify(LIBRARY)})`], { env })
  ).ended;
  t.is(imported.code, 1);
  t.true(imported.stderr.includes(`Error: ${told}\n`), imported.stderr);
});

test('a TMPDIR that cannot be written is told in one line, with exit code 2', async (t) => {
  const end = await tsrun(t, ['ring.ts'], { env: { TMPDIR: '/nowhere' } });
  t.like(end, {
    code: 2,
    stderr:
      'tsrun: cannot make a folder in /nowhere (ENOENT); set TMPDIR to a folder that can be written\n',
  });
});

test('a syntax error is reported once, with file, line and code, and no rank starts', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'main.ts'), `console.log('started');\nimport './wrong.ts';\n`);
  writeFileSync(join(folder, 'wrong.ts'), 'const fine = 1;\nconst wrong = ;\n');
  const { code, stdout, stderr } = await tsrun(t, ['-n', '4', 'main.ts'], { cwd: folder });
  t.is(code, 2);
  t.is(stdout, '');
  t.deepEqual(stderr.split('\n'), [
    'wrong.ts:2:15: error: Unexpected ";"',
    '    2 │ const wrong = ;',
    '      ╵               ^',
    '',
  ]);
});

test('an import that does not exist is reported once, and no rank starts', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'main.ts'), `console.log('started');\nimport 'not-here';\n`);
  const { code, stdout, stderr } = await tsrun(t, ['-n', '4', 'main.ts'], { cwd: folder });
  t.is(code, 2);
  t.is(stdout, '');
  t.regex(
    stderr,
    /^main\.ts:2:8: error: cannot find package "not-here"; if it is not installed: npm install not-here\n/,
  );
  t.is(stderr.split('error').length, 2);
});
