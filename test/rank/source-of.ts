import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { builtOf, sourceOf } from '../../src/rank/source-of.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

test('a program that is named by its output is that which the user wrote', (t) => {
  const folder = tempFolder(t);
  const write = (name: string, source: string): void =>
    writeFileSync(join(folder, name), JSON.stringify({ version: 3, sources: [source] }));
  write('0~child.mjs.map', 'file:///home/me/a%20b/child.ts');
  write('1~old.cjs.map', 'file:///home/me/old.cts');
  t.is(sourceOf(join(folder, '0~child.mjs'), folder), '/home/me/a b/child.ts');
  t.is(sourceOf(join(folder, '0~child.entry.mjs'), folder), '/home/me/a b/child.ts');
  t.is(sourceOf(join(folder, '1~old.entry.mjs'), folder), '/home/me/old.cts');
  for (const other of [join(folder, '2~none.mjs'), '/home/me/child.ts', 'child.ts']) {
    t.is(sourceOf(other, folder), other);
  }
});

test('a source that is not there is what was made of it', (t) => {
  const folder = tempFolder(t);
  for (const name of ['child.js', 'old.cjs', 'both.ts', 'both.js']) {
    writeFileSync(join(folder, name), '');
  }
  const built = (name: string): string => builtOf(join(folder, name));
  t.is(built('child.ts'), join(folder, 'child.js'));
  t.is(built('child.tsx'), join(folder, 'child.js'));
  t.is(built('old.cts'), join(folder, 'old.cjs'));
  for (const kept of ['both.ts', 'none.ts', 'child.js', 'child.json']) {
    t.is(built(kept), join(folder, kept));
  }
});
