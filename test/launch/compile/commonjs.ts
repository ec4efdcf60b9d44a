import test from 'ava';
import { project, runFile } from './_project.ts';

test('a CommonJS program has tsmpi, packages, its own file and its own modules', async (t) => {
  const { folder, lines } = project(t, {
    'main.cts': `
      const { world, from } = require('tsmpi');
      const { from: fromTesting } = require('tsmpi/testing');
      const { readFileSync } = require('fs');
      const pkg = require('pkg');
      const part = require('./part.cts');
      import typed = require('./typed.cts');
      console.log(world.rank, from, fromTesting, pkg, part.name, typed.twice(2));
      console.log(__filename, __dirname, require.main === module, part.isMain);
      console.log(readFileSync(require.resolve('./data.json'), 'utf8'), require('./data.json').a);
      console.log(require(['p', 'kg'].join('')), require.resolve('pkg'));
      import('./later.mts').then(({ later }) => console.log(later));
    `,
    'part.cts': `
      exports.early = true;
      exports.sees = require('./cycle.cts').saw;
      exports.name = 'part sees ' + exports.sees;
      exports.isMain = require.main === module;
    `,
    'cycle.cts': "exports.saw = Object.keys(require('./part.cts')).join();",
    'typed.cts': 'const twice = (n: number): number => 2 * n; export = { twice };',
    'later.mts': "import { world } from 'tsmpi'; export const later = typeof world;",
    'data.json': '{"a":1}',
    'node_modules/pkg/package.json':
      '{ "exports": { "require": "./index.cjs", "import": "./index.mjs" } }',
    'node_modules/pkg/index.cjs': "module.exports = 'package';",
    'node_modules/pkg/index.mjs': "export default 'wrong';",
  });
  t.deepEqual(await lines('main.cts'), [
    '0 index testing package part sees early 4',
    `${folder}/main.cts ${folder} true false`,
    '{"a":1} 1',
    `package ${folder}/node_modules/pkg/index.cjs`,
    'object',
  ]);
});

test('a script without imports or exports is CommonJS where Node says so', async (t) => {
  const { folder, lines } = project(t, {
    'script.js': 'console.log(typeof require, __filename, this === module.exports);',
    'strict.cjs': "'use strict'; console.log((function () { return this; })());",
    'sloppy.cjs': 'console.log(typeof (function () { return this; })());',
  });
  t.deepEqual(await lines('script.js'), [`function ${folder}/script.js true`]);
  t.deepEqual(await lines('strict.cjs'), ['undefined']);
  t.deepEqual(await lines('sloppy.cjs'), ['object']);
});

test('ECMAScript and CommonJS modules import one another as in Node', async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      import whole, { one, two } from './values.cts';
      import { world } from 'tsmpi';
      import { rank } from './uses.cts';
      const name = 'one';
      console.log(one, two(), whole.one, rank, (await import(\`./dynamic/\${name}.cts\`)).default.who);
    `,
    'values.cts': 'export const one = 1; export function two(): number { return 2; }',
    'uses.cts': "import { world } from 'tsmpi'; export const rank = world.rank;",
    'dynamic/one.cts':
      "exports.who = 'one'; exports.again = require('./' + exports.who + '-more.cjs');",
    'dynamic/one-more.cjs': 'module.exports = 1;',
  });
  t.deepEqual(await lines('main.ts'), ['1 2 1 0 one']);
});

test('a module that mixes both kinds gets require and __dirname', async (t) => {
  const { folder, lines } = project(t, {
    'main.ts': `
      import { join } from 'node:path';
      const { a } = require('./data.json');
      console.log(a, join(__dirname, 'x'), __filename, require('./part.cts'), require(['p', 'kg'].join('')));
      console.log(require.resolve('pkg'));
      await null;
    `,
    'own.ts': `
      import { createRequire } from 'node:module';
      import { dirname } from 'node:path';
      import { fileURLToPath } from 'node:url';
      const __dirname = dirname(fileURLToPath(import.meta.url));
      const require = createRequire(import.meta.url);
      console.log(__dirname, require('./data.json').a, require('pkg'), require.resolve('pkg') !== '');
    `,
    'part.cts': "module.exports = 'part';",
    'data.json': '{ "a": 1 }',
    'node_modules/pkg/index.js': "module.exports = 'package';",
  });
  t.deepEqual(await lines('main.ts'), [
    `1 ${folder}/x ${folder}/main.ts part package`,
    `${folder}/node_modules/pkg/index.js`,
  ]);
  t.deepEqual(await lines('own.ts'), [`${folder} 1 package true`]);
});

test('an optional require fails when it runs and not before', async (t) => {
  const { lines } = project(t, {
    'main.cjs': "try { require('no-such') } catch (error) { console.log(error.code); }",
  });
  t.deepEqual(await lines('main.cjs'), ['MODULE_NOT_FOUND']);
});

test('the exports of a CommonJS program are those of its entry', async (t) => {
  const { compile, path, write } = project(t, { 'main.cts': 'exports.fib = (n: number) => n;' });
  const { entry } = await compile('main.cts');
  t.true(entry.endsWith('.mjs'));
  write('import.mjs', `console.log(Object.keys(await import(${JSON.stringify(entry)})).join());`);
  t.regex((await runFile(path('import.mjs'))).stdout, /default,fib/);
});
