// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the template is the program’s.

import test from 'ava';
import { project } from './_project.ts';

/** A program that imports what is named, from its own folder, and prints what that exports or throws. */
const importing = (...names: readonly string[]): string => `
  for (const name of ${JSON.stringify(names)}) {
    try {
      console.log((await import('./' + name)).value);
    } catch (error) {
      console.log(error.message);
    }
  }`;

test('a computed path may lead anywhere in a folder where there is more than modules', async (t) => {
  const { lines } = project(t, {
    'main.ts': importing('plugin.ts', 'data.json', 'deep/other.ts'),
    'plugin.ts': "export const value: string = 'plugin';",
    'deep/other.ts': "export const value: string = 'other';",
    'data.json': '{ "value": "data" }',
    'types.d.mts': "export * from './not-there.js';",
    'README.md': '# Read me',
    'tsconfig.json': '{ /* with a comment */ "compilerOptions": {}, }',
    'node_modules/broken/index.js': 'const wrong = ;',
    'node_modules/broken/index.d.ts': "export * from 'not-installed';",
    'node_modules/broken/asm.S': 'nop',
  });
  t.deepEqual(await lines('main.ts'), ['plugin', 'data', 'other']);
});

test('what it leads to and is no module of the user is an error where it is imported', async (t) => {
  const { lines, path } = project(t, {
    'main.ts': importing('README.md', 'tsconfig.json', 'node_modules/pad/index.js'),
    'README.md': '# Read me',
    'tsconfig.json': '{ /* with a comment */ }',
    'node_modules/pad/index.js': 'exports.value = 1;',
  });
  const told = 'cannot import what a computed path leads to';
  t.deepEqual(await lines('main.ts'), [
    `${told}: ${path('README.md')} is no code`,
    `${told}: ${path('tsconfig.json')} is no JSON`,
    `${told}: ${path('node_modules/pad/index.js')} belongs to a package: import that by its name`,
  ]);
});

test('a package of TypeScript may compute paths in its own folder', async (t) => {
  const { lines } = project(t, {
    'main.ts': "import { load } from 'plugins'; console.log(await load('a'));",
    'node_modules/plugins/package.json': '{ "type": "module", "exports": "./index.ts" }',
    'node_modules/plugins/index.ts':
      'export const load = async (name: string) => (await import(`./all/${name}.js`)).value;',
    'node_modules/plugins/all/a.js': "export const value = 'a';",
  });
  t.deepEqual(await lines('main.ts'), ['a']);
});
