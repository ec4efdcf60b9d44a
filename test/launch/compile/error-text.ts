import { cpSync, mkdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Message } from 'esbuild';
import { CompileError } from '../../../src/launch/compile/compile.ts';
import { errorText } from '../../../src/launch/compile/error-text.ts';
import { project, runFile } from './_project.ts';

function message(lineText: string, mistake: string, text = 'wrong'): Message {
  const column = Buffer.byteLength(lineText.slice(0, lineText.indexOf(mistake)));
  const length = Buffer.byteLength(mistake);
  return {
    id: '',
    pluginName: '',
    text,
    location: { file: 'a.ts', namespace: '', line: 3, column, length, lineText, suggestion: '' },
    notes: [],
    detail: undefined,
  };
}

test('an error shows its place, its text and the line', (t) => {
  const error = message('const a = 1 x', 'x', 'Expected ";" but found "x"');
  t.is(
    errorText([error], '/home/me/lib', '/home/me'),
    [
      'lib/a.ts:3:13: error: Expected ";" but found "x"',
      '    3 │ const a = 1 x',
      '      ╵             ^',
    ].join('\n'),
  );
});

test('columns count what editors count, and the caret stands under the mistake', (t) => {
  const [place, , caret] = errorText([message("\té('ü') wrong", 'wrong')], '/', '/home').split(
    '\n',
  );
  t.is(place, '/a.ts:3:9: error: wrong');
  t.is(caret, '      ╵ \t       ^~~~~');
});

test('a long line is shown around the mistake', (t) => {
  const line = `${'a'.repeat(300)}wrong${'b'.repeat(300)}`;
  const [place, shown, caret] = errorText([message(line, 'wrong')], '/', '/').split('\n');
  t.is(place, 'a.ts:3:301: error: wrong');
  t.is(shown, `    3 │ ${'a'.repeat(50)}wrong${'b'.repeat(45)}`);
  t.is(caret, `      ╵ ${' '.repeat(50)}^~~~~`);
});

test('five errors are shown and the others counted', (t) => {
  const errors = Array.from({ length: 7 }, () => message('wrong', 'wrong'));
  const text = errorText(errors, '/', '/');
  t.is(text.match(/error: wrong/g)?.length, 5);
  t.true(text.endsWith('\nand 2 more'));
});

test('a mistake in a module is reported by the path of that module', async (t) => {
  const { path, compile } = project(t, {
    'main.ts': "import './lib/part.ts';",
    'lib/part.ts': 'const ok = 1;\n\nconst a = 1 x\n',
  });
  const error = await t.throwsAsync(compile('main.ts'), { instanceOf: CompileError });
  t.is(
    error.message,
    `${path('lib/part.ts')}:3:13: error: Expected ";" but found "x"\n` +
      '    3 │ const a = 1 x\n      ╵             ^',
  );
});

test('esbuild without a binary for this machine is named, with its remedy', async (t) => {
  const it = project(t, { 'main.ts': '1;' });
  const require = createRequire(import.meta.url);
  const installed = dirname(realpathSync(require.resolve('esbuild/package.json')));
  const copy = join(it.folder, 'install');
  mkdirSync(join(copy, 'node_modules'), { recursive: true });
  cpSync(installed, join(copy, 'node_modules', 'esbuild'), {
    recursive: true,
    filter: (source) => !source.startsWith(join(installed, 'bin')),
  });
  for (const part of ['base', 'cache', 'control', 'launch/compile']) {
    const compiled = fileURLToPath(new URL(`../../../src/${part}`, import.meta.url));
    cpSync(compiled, join(copy, part), { recursive: true });
  }
  it.write('install/package.json', '{ "type": "module" }');
  it.write(
    'install/main.mjs',
    `import { compile, CompileError } from './launch/compile/compile.js';
    const request = {
      program: ${JSON.stringify(it.path('main.ts'))},
      runtime: { index: 'file:///a', native: 'file:///b', testing: 'file:///c' },
      version: '1',
      cacheFolder: ${JSON.stringify(it.cacheFolder)},
    };
    await compile(request).catch((error) => console.log(error instanceof CompileError, error.message));`,
  );
  const { stdout } = await runFile(join(copy, 'main.mjs'));
  t.regex(stdout, /^true cannot start esbuild, which compiles programs: .*\n/);
  t.true(stdout.includes(`@esbuild/${process.platform}-${process.arch}: run 'npm install`), stdout);
});
