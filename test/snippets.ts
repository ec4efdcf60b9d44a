import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { compile, moduleOf } from './helpers/compile-snippets.ts';
import { ROOT } from './helpers/run-example.ts';
import { tempFolder } from './helpers/temp-folder.ts';

/** A comment above a block says what else it uses. */
const BLOCK = /(?:<!-- known: (.*) -->\n\n)?```ts\n([\s\S]*?)```/g;

test('every block of TypeScript in the documentation compiles', async (t) => {
  const folder = tempFolder(t);
  const documents = readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  let count = 0;
  for (const document of ['README.md', ...documents]) {
    const text = readFileSync(join(ROOT, document), 'utf8');
    for (const [, known = '', code = ''] of text.matchAll(BLOCK)) {
      count += 1;
      const name = `${document.replace(/\W/g, '-')}-${count}.ts`;
      writeFileSync(join(folder, name), moduleOf(code, known));
    }
  }
  t.true(count > 10, `${count} blocks`);
  t.is(await compile(folder), '');
});
