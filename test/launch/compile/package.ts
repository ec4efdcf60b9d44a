import { mkdirSync, symlinkSync } from 'node:fs';
import test from 'ava';
import { CompileError } from '../../../src/launch/compile/compile.ts';
import { project } from './_project.ts';

test("tsmpi is always the launcher's own", async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      import { from, world } from 'tsmpi';
      import { from as fromTesting } from 'tsmpi/testing';
      console.log(from, fromTesting, world.rank, (await import('tsmpi')).world === world);
    `,
    'node_modules/tsmpi/package.json': '{ "main": "index.js" }',
    'node_modules/tsmpi/index.js': "exports.from = 'another version';",
  });
  t.deepEqual(await lines('main.ts'), ['index testing 0 true']);
});

test('an entry point that tsmpi lacks is refused at the import', async (t) => {
  const { compile } = project(t, { 'main.ts': "\nimport 'tsmpi/pools';\n" });
  const error = await t.throwsAsync(compile('main.ts'), { instanceOf: CompileError });
  t.regex(
    error.message,
    /main\.ts:2:8: error: tsmpi has no "tsmpi\/pools"; there are "tsmpi", .* and "tsmpi\/testing"/,
  );
});

test("packages are found and loaded by Node's rules, from where they lie", async (t) => {
  const { folder, lines } = project(t, {
    'package.json': `{ "type": "module",
      "imports": { "#inner": { "node": "esm-only", "default": "./wrong.js" } } }`,
    'src/main.ts': `
      import { kind, url } from 'esm-only';
      import { kind as inner } from '#inner';
      import common, { named } from 'common';
      import scoped from '@scope/pkg/deep/file.js';
      import { text } from 'near';
      import fields from 'fields';
      import data from 'common/data.json' with { type: 'json' };
      console.log(kind, inner, common.named, named, scoped, text, data.a, fields);
      console.log(url);
      console.log((await import('common')).default === common);
    `,
    'node_modules/esm-only/package.json': `{ "exports": { ".": {
      "module": "./bundlers.js", "require": "./wrong.cjs", "import": "./index.mjs" } },
      "module": "bundlers.js" }`,
    'node_modules/esm-only/index.mjs':
      "export const kind = 'esm'; export const url = import.meta.url;",
    'node_modules/esm-only/bundlers.js': "export const kind = 'for bundlers';",
    'node_modules/common/package.json': '{ "main": "./lib", "module": "./bundlers.js" }',
    'node_modules/common/lib/index.js': "exports.named = 'named';",
    'node_modules/common/bundlers.js': "export const named = 'for bundlers';",
    'node_modules/common/data.json': '{ "a": 1 }',
    'node_modules/@scope/pkg/deep/file.js': "module.exports = 'scoped';",
    'node_modules/fields/package.json': '{ "module": "bundlers.js" }',
    'node_modules/fields/index.js': "module.exports = 'of Node';",
    'node_modules/fields/bundlers.js': "export default 'for bundlers';",
    'node_modules/near/index.js': "exports.text = 'far';",
    'src/node_modules/near/index.js': "exports.text = 'near';",
  });
  t.deepEqual(await lines('src/main.ts'), [
    'esm esm named named scoped near 1 of Node',
    `file://${folder}/node_modules/esm-only/index.mjs`,
    'true',
  ]);
});

test("Node's modules are found with and without their prefix", async (t) => {
  const { lines } = project(t, {
    'main.ts': `
      import { join } from 'path';
      import { readFile } from 'fs/promises';
      import * as fs from 'node:fs/promises';
      import test from 'node:test';
      console.log(join('a', 'b'), readFile === fs.readFile, typeof test);
    `,
  });
  t.deepEqual(await lines('main.ts'), ['a/b true function']);
});

test('packages of TypeScript and packages of the workspace are compiled', async (t) => {
  const { path, lines } = project(t, {
    'app/main.ts': `
      import { shared } from '@work/shared';
      import { raw } from 'raw';
      console.log(shared, raw);
    `,
    'shared/package.json': '{ "name": "@work/shared", "exports": "./src/index.ts" }',
    'shared/src/index.ts': "import { part } from './part'; export const shared: string = part;",
    'shared/src/part.ts': "export const part = 'shared' as string;",
    'node_modules/raw/package.json': '{ "main": "index.ts" }',
    'node_modules/raw/index.ts': "export const raw: string = 'raw';",
  });
  mkdirSync(path('node_modules/@work'));
  symlinkSync('../../shared', path('node_modules/@work/shared'));
  t.deepEqual(await lines('app/main.ts'), ['shared raw']);
});

test('an import of nothing is a mistake, unless the program is ready for it', async (t) => {
  const { compile, lines } = project(t, {
    'main.ts': "import './there.ts';\nimport { x } from '@no/such';\nimport './nowhere.ts'; x();",
    'there.ts': 'export {};',
    'careful.ts': `
      let found = 'nothing';
      try { found = await import('no-such-package'); } catch (error) { console.log(error.code); }
      await import('neither-this').catch(() => console.log('caught'));
      console.log(found);
    `,
  });
  const error = await t.throwsAsync(compile('main.ts'), { instanceOf: CompileError });
  t.regex(
    error.message,
    /main\.ts:2:19: error: cannot find package "@no\/such"; .*npm install @no\/such/,
  );
  t.regex(error.message, /main\.ts:3:8: error: cannot find "\.\/nowhere\.ts"/);
  t.deepEqual(await lines('careful.ts'), ['ERR_MODULE_NOT_FOUND', 'caught', 'nothing']);
});

test('an import of a name that a module lacks is a mistake', async (t) => {
  const { compile } = project(t, {
    'main.ts': "import { wrok } from './work.ts';\nwrok();\n",
    'work.ts': 'export function work() {}',
  });
  const error = await t.throwsAsync(compile('main.ts'), { instanceOf: CompileError });
  t.regex(
    error.message,
    /main\.ts:1:10: error: No matching export in "work\.ts" for import "wrok"/,
  );
});
