import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { compilePortable, type PortableProgram } from '../../../src/launch/compile/compile.ts';
import { runtimeOf } from '../../../src/launch/compile/runtime.ts';
import { openParcels } from '../../../src/launch/parcel/cache.ts';
import { programParcel } from '../../../src/launch/parcel/program.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { type Project, project, type Run, runFile } from './_project.ts';

const DIST = new URL('../../../../dist/', import.meta.url);

function compileIt({ path, cacheFolder }: Project, program: string): Promise<PortableProgram> {
  return compilePortable({
    program: path(program),
    runtime: runtimeOf((name) => new URL(`${name}.js`, DIST).href),
    version: '1.2.3',
    cacheFolder,
  });
}

/** Bring a program to another host, where there is nothing of its project. */
async function bring(
  t: ExecutionContext,
  it: Project,
  program: string,
): Promise<{ readonly folder: string; run(): Promise<Run> }> {
  const portable = await compileIt(it, program);
  const parcel = programParcel(portable, it.cacheFolder);
  const folder = await openParcels(tempFolder(t)).place(parcel.hash, await parcel.pack());
  rmSync(it.folder, { recursive: true });
  rmSync(it.cacheFolder, { recursive: true });
  return {
    folder,
    run: () =>
      runFile(join(folder, portable.entry), '/', {
        TSMPI_RUNTIME: fileURLToPath(new URL('runtime.cjs', DIST)),
      }),
  };
}

/** Run a program there that must end well, and return the lines it prints. */
async function linesThere(t: ExecutionContext, it: Project, program: string): Promise<string[]> {
  const { run } = await bring(t, it, program);
  const { stdout, stderr, code } = await run();
  if (code !== 0) throw new Error(`exit code ${code}\n${stderr}`);
  return stdout.split('\n').slice(0, -1);
}

test('a program of modules, CommonJS and data runs where nothing of it is', async (t) => {
  const it = project(t, {
    'src/main.ts': `
      import { readFileSync } from 'node:fs';
      import { part } from './part.ts';
      import { common } from './common.cts';
      import data from '../data.json' with { type: 'json' };
      const { late } = await import('./late.ts');
      console.log(part, common, data.value, late);
      console.log(import.meta.filename);
      console.log(await new Promise((resolve) => {
        const worker = new (require('node:worker_threads').Worker)(new URL('./worker.ts', import.meta.url));
        worker.on('message', resolve);
      }));
    `,
    'src/part.ts': "export const part: string = 'part';",
    'src/common.cts': `
      import data = require('../data.json');
      const other = require('./other.cjs');
      export const common = data.value + other + require.resolve('../data.json').endsWith('/data.json');
    `,
    'src/other.cjs': "module.exports = 'other';",
    'src/late.ts': "export const late = 'late' as string;",
    'src/worker.ts': `
      import { parentPort } from 'node:worker_threads';
      import { part } from './part.ts';
      parentPort?.postMessage(part + ' of worker');
    `,
    'data.json': '{ "value": "data" }',
  });
  const source = it.path('src/main.ts');
  t.deepEqual(await linesThere(t, it, 'src/main.ts'), [
    'part dataothertrue data late',
    source,
    'part of worker',
  ]);
});

test('a stack there shows the lines of the source', async (t) => {
  const it = project(t, { 'main.ts': 'interface A {}\n\nthrow new Error("as planned");\n' });
  const source = it.path('main.ts');
  const { run } = await bring(t, it, 'main.ts');
  const { stderr, code } = await run();
  t.is(code, 1);
  t.true(stderr.includes(`(${source}:3:7)`), stderr);
  t.true(stderr.includes('throw new Error("as planned");'), stderr);
});

test('modules and CommonJS find the tsmpi of their rank, and so do those they start', async (t) => {
  const it = project(t, {
    'main.ts': `
      import { world } from 'tsmpi';
      import { runRanks } from 'tsmpi/testing';
      import { size } from './common.cts';
      import { fork } from 'node:child_process';
      console.log(world.size, size, (await import('tsmpi')).world === world, typeof runRanks);
      console.log((await import(import.meta.resolve('tsmpi'))).world === world);
      fork(new URL('./child.ts', import.meta.url));
    `,
    'common.cts': "import { world } from 'tsmpi'; export const size = world.size;",
    'child.ts': "import { world } from 'tsmpi'; console.log('child', world.rank);",
  });
  t.deepEqual(await linesThere(t, it, 'main.ts'), ['1 1 true function', 'true', 'child 0']);
});

test('without a rank that says where tsmpi is, the reason is told', async (t) => {
  const it = project(t, { 'main.ts': "import { world } from 'tsmpi'; console.log(world.size);" });
  const { folder } = await bring(t, it, 'main.ts');
  const [entry = ''] = readdirSync(folder).filter((name) => /^0~main\.mjs$/.test(name));
  const { stderr, code } = await runFile(join(folder, entry));
  t.is(code, 1);
  t.regex(stderr, /compiled for the ranks of tsrun/);
});

test('packages go along, with those that they depend on, and no others', async (t) => {
  const it = project(t, {
    'app/main.ts': `
      import { name, data } from 'direct';
      import scoped from '@scope/pkg/deep/file.js';
      import common from './common.cjs';
      console.log(name, data, scoped, common);
    `,
    'app/common.cjs': "const name = 'direct'; module.exports = require(name).name;",
    'node_modules/direct/package.json': `{ "exports": { "import": "./index.mjs", "require": "./index.cjs" },
      "dependencies": { "dependency": "1" }, "optionalDependencies": { "optional": "1" } }`,
    'node_modules/direct/index.mjs': `
      import { readFileSync } from 'node:fs';
      import { version } from 'dependency';
      export const name = 'direct of ' + version;
      export const data = readFileSync(new URL('./data/text', import.meta.url), 'utf8');
    `,
    'node_modules/direct/index.cjs': "exports.name = 'required';",
    'node_modules/direct/data/text': 'data',
    'node_modules/direct/node_modules/dependency/package.json':
      '{ "peerDependencies": { "peer": "1" } }',
    'node_modules/direct/node_modules/dependency/index.js':
      "exports.version = 'nested ' + require('peer');",
    'node_modules/dependency/index.js': "exports.version = 'top';",
    'node_modules/peer/index.js': "module.exports = 'peer';",
    'node_modules/unused/index.js': "module.exports = 'unused';",
    'node_modules/@scope/pkg/deep/file.js': "module.exports = 'scoped';",
  });
  const { folder, run } = await bring(t, it, 'app/main.ts');
  t.deepEqual(await run(), {
    stdout: 'direct of nested peer data scoped required\n',
    stderr: '',
    code: 0,
  });
  const mirror = join(folder, 'tsmpi-packages', it.folder, 'node_modules');
  t.deepEqual(readdirSync(mirror).sort(), ['@scope', 'direct', 'peer']);
});

test('what a module requires by a require of its own goes along', async (t) => {
  const it = project(t, {
    'src/main.ts': `
      import module, { createRequire, isBuiltin } from 'node:module';
      const require = createRequire(import.meta.url);
      const { name } = require('common');
      console.log(name, require('../data.json').value, require("./legacy.cjs"), isBuiltin('fs'));
      console.log(require.resolve('common').endsWith('/index.js'), typeof module);
      try { require('not-there'); } catch (error) { console.log(error.code); }
    `,
    'src/legacy.cjs': "module.exports = 'legacy';",
    'data.json': '{ "value": "data" }',
    'node_modules/common/index.js': "exports.name = 'common';",
  });
  t.deepEqual(await linesThere(t, it, 'src/main.ts'), [
    'common data legacy true',
    'true function',
    'MODULE_NOT_FOUND',
  ]);
});

test('packages are found by their links, as pnpm installs them', async (t) => {
  const it = project(t, {
    'main.ts': "import { name } from 'one'; console.log(name);",
    'node_modules/.pnpm/one@1/node_modules/one/package.json':
      '{ "main": "one.js", "dependencies": { "@s/two": "2" } }',
    'node_modules/.pnpm/one@1/node_modules/one/one.js':
      "exports.name = 'one of ' + require('@s/two').name;",
    'node_modules/.pnpm/two@2/node_modules/@s/two/package.json':
      '{ "peerDependencies": { "one": "1" } }',
    'node_modules/.pnpm/two@2/node_modules/@s/two/index.js': "exports.name = 'two';",
  });
  mkdirSync(it.path('node_modules/.pnpm/one@1/node_modules/@s'));
  symlinkSync('.pnpm/one@1/node_modules/one', it.path('node_modules/one'));
  symlinkSync(
    '../../../two@2/node_modules/@s/two',
    it.path('node_modules/.pnpm/one@1/node_modules/@s/two'),
  );
  symlinkSync('../../one@1/node_modules/one', it.path('node_modules/.pnpm/two@2/node_modules/one'));
  t.deepEqual(await linesThere(t, it, 'main.ts'), ['one of two']);
});

test("a package that uses tsmpi gets the rank's", async (t) => {
  const it = project(t, {
    'main.ts':
      "import { world } from 'tsmpi'; import { theirs } from 'lib'; console.log(world === theirs);",
    'node_modules/lib/package.json':
      '{ "type": "module", "main": "index.js", "peerDependencies": { "tsmpi": "*" } }',
    'node_modules/lib/index.js': "export { world as theirs } from 'tsmpi';",
    'node_modules/tsmpi/package.json': '{ "main": "index.js" }',
    'node_modules/tsmpi/index.js': "exports.world = 'another version';",
  });
  t.deepEqual(await linesThere(t, it, 'main.ts'), ['true']);
});

test('addons go along as they are', async (t) => {
  const it = project(t, {
    'main.ts': `
      import { createRequire } from 'node:module';
      import native from 'native';
      try { require('./own.node'); } catch (error) { console.log(native, error.code, error.message); }
    `,
    'own.node': 'no addon',
    'node_modules/native/index.js':
      "module.exports = require('fs').readFileSync(__dirname + '/build/x.node', 'utf8');",
    'node_modules/native/build/x.node': 'bytes',
  });
  const { folder, run } = await bring(t, it, 'main.ts');
  const { stdout } = await run();
  t.regex(stdout, /^bytes ERR_DLOPEN_FAILED .*own\.node: /);
  const own = join(folder, 'tsmpi-packages', it.folder, 'own.node');
  t.is(readFileSync(own, 'utf8'), 'no addon');
});

test('a portable program is found compiled, and its parcel again, until something of it changes', async (t) => {
  const it = project(t, {
    'main.ts': "import { a } from 'pkg'; console.log(a);",
    'node_modules/pkg/index.js': "exports.a = 'a';",
  });
  const first = await compileIt(it, 'main.ts');
  const again = await compileIt(it, 'main.ts');
  t.deepEqual([first.fromCache, again.fromCache], [false, true]);
  t.deepEqual({ ...again, fromCache: false }, first);
  const hashNow = (): string => programParcel(again, it.cacheFolder).hash;
  const hash = hashNow();
  t.is(hashNow(), hash);
  it.write('node_modules/pkg/index.js', "exports.a = 'b';");
  t.not(hashNow(), hash);
  t.not((await it.compile('main.ts')).entry, join(again.folder, again.entry));
});
