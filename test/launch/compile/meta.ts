import { pathToFileURL } from 'node:url';
import test from 'ava';
import { project } from './_project.ts';

test("import.meta tells of the user's file, in every module of the program", async (t) => {
  const { path, folder, lines } = project(t, {
    'main.ts': `
      import { createRequire } from 'node:module';
      import * as part from './lib/part.ts';
      const { url, dirname, filename } = import.meta;
      console.log([url, dirname, filename].join());
      console.log([part.url, part.dirname, part.filename].join());
      console.log(createRequire(import.meta.url)('pkg'), 'the string import.meta.url stays');
    `,
    'lib/part.ts': `
      const meta = import.meta;
      export const url = meta.url;
      export const { dirname, filename } = import.meta;
    `,
    'node_modules/pkg/index.js': 'module.exports = 1;',
  });
  const expected = (name: string, parent: string): string =>
    [pathToFileURL(path(name)).href, parent, path(name)].join();
  t.deepEqual(await lines('main.ts'), [
    expected('main.ts', folder),
    expected('lib/part.ts', path('lib')),
    '1 the string import.meta.url stays',
  ]);
});

test("import.meta.resolve starts from the user's file", async (t) => {
  const { path, lines } = project(t, {
    'main.ts': `
      const names = ['./data.txt', 'pkg', 'fs', 'node:fs', 'https://example.org/a'];
      for (const name of names) console.log(import.meta.resolve(name));
      console.log(import.meta.resolve('tsmpi').endsWith('/runtime.mjs'));
      try { import.meta.resolve('no-such'); } catch (error) { console.log(error.code); }
    `,
    'node_modules/pkg/index.js': '',
  });
  t.deepEqual(await lines('main.ts'), [
    pathToFileURL(path('data.txt')).href,
    pathToFileURL(path('node_modules/pkg/index.js')).href,
    'node:fs',
    'node:fs',
    'https://example.org/a',
    'true',
    'MODULE_NOT_FOUND',
  ]);
});
