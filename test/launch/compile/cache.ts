import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { lookUp, store } from '../../../src/launch/compile/cache.ts';
import { CompileError } from '../../../src/launch/compile/compile-error.ts';
import { hash } from '../../../src/launch/compile/facts.ts';
import { type Project, project } from './_project.ts';

const DAY_S = 24 * 60 * 60;

async function compiledAnew(program: Project, name = 'main.ts'): Promise<boolean> {
  return !(await program.compile(name)).fromCache;
}

function program(t: ExecutionContext): Project {
  return project(t, {
    'sub/tsconfig.json': '{ "extends": "./base.json" }',
    'sub/base.json': '{}',
    'sub/main.ts': `
      import { one } from './one';
      import pkg from 'pkg';
      import data from './data.json';
      const name = 'a';
      console.log(one, pkg, data, (await import(\`../plugins/\${name}.ts\`)).default);
      new URL('../workers/later.ts', import.meta.url);
    `,
    'sub/one.ts': 'export const one = 1;',
    'sub/data.json': '1',
    'plugins/a.ts': "export default 'a';",
    'workers/other.ts': '',
    'node_modules/pkg/package.json': '{ "main": "index.js" }',
    'node_modules/pkg/index.js': 'module.exports = 1;',
    'node_modules/pkg/other.js': 'module.exports = 2;',
  });
}

test('a program is compiled once', async (t) => {
  const it = program(t);
  const first = await it.compile('sub/main.ts');
  const second = await it.compile('sub/main.ts');
  t.false(first.fromCache);
  t.deepEqual(second, { entry: first.entry, fromCache: true });
});

test('finding a program compiled loads neither esbuild nor what uses it', async (t) => {
  const it = program(t);
  const compileUrl = new URL('../../../src/launch/compile/compile.js', import.meta.url).href;
  it.write(
    'launcher.mjs',
    `import { createRequire } from 'node:module';
    import { compile } from ${JSON.stringify(compileUrl)};
    const { fromCache } = await compile({
      program: ${JSON.stringify(it.path('sub/main.ts'))},
      runtime: { index: 'file:///index.js', native: 'file:///native.js', testing: 'file:///testing.js' },
      version: '1.2.3',
      cacheFolder: ${JSON.stringify(it.cacheFolder)},
    });
    const { cache } = createRequire(import.meta.url);
    const isLoaded = Object.keys(cache).some((file) => file.includes('/esbuild/'));
    console.log(JSON.stringify({ fromCache, isLoaded }));`,
  );
  const launch = (): unknown =>
    JSON.parse(execFileSync(process.execPath, [it.path('launcher.mjs')], { encoding: 'utf8' }));
  t.deepEqual(launch(), { fromCache: false, isLoaded: true });
  t.deepEqual(launch(), { fromCache: true, isLoaded: false });
});

const CHANGES: Readonly<Record<string, (it: Project) => void>> = {
  'the program itself changes': (it) =>
    it.write('sub/main.ts', readFileSync(it.path('sub/main.ts'), 'utf8').replace('a', 'b')),
  'an imported module changes, its size and time do not': (it) => {
    const { atime, mtime } = statSync(it.path('sub/one.ts'));
    it.write('sub/one.ts', 'export const one = 2;');
    utimesSync(it.path('sub/one.ts'), atime, mtime);
  },
  'imported data changes': (it) => it.write('sub/data.json', '2'),
  'tsconfig.json changes': (it) => it.write('sub/tsconfig.json', '{}'),
  'what tsconfig.json extends changes': (it) =>
    it.write('sub/base.json', '{ "compilerOptions": {} }'),
  'a nearer tsconfig.json appears': (it) => it.write('plugins/tsconfig.json', '{}'),
  'a nearer package.json appears': (it) => it.write('sub/package.json', '{ "type": "commonjs" }'),
  'another file can be meant by a dynamic import': (it) => it.write('plugins/deep/b.ts', ''),
  'a module that was missing is there': (it) => it.write('workers/later.ts', ''),
  'a file appears that an import prefers': (it) => it.write('sub/one.tsx', 'export const one = 3;'),
  'a nearer package is installed': (it) => it.write('sub/node_modules/pkg/index.js', ''),
  'a package has another entry': (it) =>
    it.write('node_modules/pkg/package.json', '{ "main": "other.js" }'),
  'a package is gone from where it was': (it) => {
    rmSync(it.path('node_modules/pkg'), { recursive: true });
    it.write('elsewhere/pkg/index.js', 'module.exports = 3;');
    symlinkSync(it.path('elsewhere/pkg'), it.path('node_modules/pkg'));
  },
  'the result is gone': (it) => rmSync(join(it.cacheFolder, 'out'), { recursive: true }),
  'a file of the result is gone': (it) => {
    const output = join(it.cacheFolder, 'out', readdirSync(join(it.cacheFolder, 'out'))[0] ?? '');
    const name = readdirSync(output).find((file) => file.endsWith('~a.mjs')) ?? '';
    unlinkSync(join(output, name));
  },
  'the index is damaged': (it) => writeFileSync(indexOf(it), '{"output":"'),
  'the index is of another shape': (it) => writeFileSync(indexOf(it), '{"facts":[null]}'),
};

test('a cache that cannot be written is an error with a remedy', async (t) => {
  const it = program(t);
  mkdirSync(it.cacheFolder, { mode: 0o700 });
  writeFileSync(join(it.cacheFolder, 'out'), 'in the way');
  const error = await t.throwsAsync(it.compile('sub/main.ts'), { instanceOf: CompileError });
  t.regex(error.message, /^cannot keep the compiled program in .*\/cache: EEXIST.* XDG_CACHE_HOME/);
});

for (const [title, change] of Object.entries(CHANGES)) {
  test(`a program is compiled again when ${title}`, async (t) => {
    const it = program(t);
    await it.compile('sub/main.ts');
    change(it);
    t.true(await compiledAnew(it, 'sub/main.ts'));
    t.false(await compiledAnew(it, 'sub/main.ts'));
  });
}

test('a program is not compiled again for files that are not code', async (t) => {
  const it = program(t);
  await it.compile('sub/main.ts');
  it.write('sub/results.csv', '1,2');
  t.false(await compiledAnew(it, 'sub/main.ts'));
});

test('going back to an earlier text finds the earlier result', async (t) => {
  const it = project(t, { 'main.ts': 'console.log(1);' });
  const { entry } = await it.compile('main.ts');
  it.write('main.ts', 'console.log(2);');
  t.not((await it.compile('main.ts')).entry, entry);
  it.write('main.ts', 'console.log(1);');
  t.is((await it.compile('main.ts')).entry, entry);
});

test('a result that lost a file is made whole', async (t) => {
  const it = project(t, {
    'main.ts': "import { one } from './one.ts'; console.log(one);",
    'one.ts': 'export const one = 1;',
  });
  const { entry } = await it.compile('main.ts');
  for (const name of readdirSync(dirname(entry))) unlinkSync(join(dirname(entry), name));
  t.deepEqual(await it.lines('main.ts'), ['1']);
});

test('several launchers may compile one program at once', async (t) => {
  const it = program(t);
  const compiled = await Promise.all(Array.from({ length: 4 }, () => it.compile('sub/main.ts')));
  t.is(new Set(compiled.map(({ entry }) => entry)).size, 1);
  t.deepEqual(await it.lines('sub/main.ts'), ['1 1 1 a']);
  t.deepEqual(
    readdirSync(join(it.cacheFolder, 'out')).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('the cache is readable by its owner alone', async (t) => {
  const it = program(t);
  const { entry } = await it.compile('sub/main.ts');
  const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  for (const folder of [it.cacheFolder, dirname(entry), dirname(indexOf(it))]) {
    t.is(modeOf(folder), '700');
  }
  const files = readdirSync(dirname(entry)).map((name) => join(dirname(entry), name));
  for (const file of [...files, indexOf(it)]) t.is(modeOf(file), '600');
});

test('results go when nobody used them for 30 days', async (t) => {
  const it = project(t, { 'main.ts': '1;', 'other.ts': '2;', 'used.ts': '3;' });
  const age = (path: string, days: number): void => {
    const then = Date.now() / 1000 - days * DAY_S;
    utimesSync(path, then, then);
  };
  const old = dirname((await it.compile('main.ts')).entry);
  const used = dirname((await it.compile('used.ts')).entry);
  for (const output of [old, used]) age(output, 31);
  await it.compile('used.ts');
  t.true(Date.now() - statSync(used).mtimeMs < DAY_S * 1000);
  await it.compile('other.ts');
  t.false(existsSync(old));
  t.true(existsSync(used));
});

test('an input that changed while it was compiled is not recorded as compiled', (t) => {
  const { cacheFolder, path, write } = project(t, { 'main.ts': 'new' });
  const facts = [['content', path('main.ts'), hash('old')]] as const;
  mkdirSync(cacheFolder);
  const files = new Map([['main.mjs', 'old;']]);
  const { entry } = store(cacheFolder, 'key', { entry: 'main.mjs', files, needs: [], facts });
  t.is(readFileSync(entry, 'utf8'), 'old;');
  write('main.ts', 'old');
  t.is(lookUp(cacheFolder, 'key'), undefined);
});

function indexOf({ cacheFolder }: Project): string {
  const folder = join(cacheFolder, 'index');
  const name = readdirSync(folder)[0];
  if (name === undefined) throw new Error('there is no index');
  return join(folder, name);
}
