import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { VERSION } from '../src/base/version.ts';
import { ROOT } from './helpers/run-example.ts';

const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** All strings in a value, however deep. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

async function packedFiles(): Promise<string[]> {
  // Without scripts: `prepare` would build anew, under the feet of the tests.
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts'],
    { cwd: ROOT },
  );
  const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
  return (packed?.files ?? []).map(({ path }) => path);
}

test('the package holds what its manifest points to, and no tests', async (t) => {
  const files = await packedFiles();
  const targets = strings([MANIFEST.exports, MANIFEST.bin]).map((path) => path.replace('./', ''));
  t.true(targets.includes('dist/index.js') && targets.includes('build/src/index.d.ts'));
  for (const target of targets) {
    t.true(existsSync(join(ROOT, target)), `${target} is missing`);
    t.true(files.includes(target), `${target} is not packed`);
  }
  for (const file of [
    'dist/bin/rank.cjs',
    'dist/runtime.cjs',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
  ]) {
    t.true(files.includes(file), `${file} is not packed`);
  }
  t.deepEqual(
    files.filter((file) => /^(?:build\/)?(?:test|examples|scripts)\//.test(file)),
    [],
  );
});

test('every document that README points to is packed', async (t) => {
  const files = await packedFiles();
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const documents = new Set([...readme.matchAll(/\]\((docs\/[^)#]+)/g)].map(([, path]) => path));
  t.true(documents.size > 0);
  for (const document of documents) t.true(files.includes(document ?? ''), `${document}`);
});

test('every file that the shipped ones import is packed', async (t) => {
  const files = await packedFiles();
  const shipped = files.filter((file) => /^dist\/.*\.js$/.test(file));
  t.true(shipped.length > 0);
  for (const file of shipped) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/\b(?:from|import) ?\(?"(\.{1,2}\/[^"]+)"/g)) {
      t.true(files.includes(join(file, '..', specifier)), `${file} imports ${specifier}`);
    }
  }
});

test('scripts that are loaded with kept code take a byte a character in memory, and read what they use of Node', (t) => {
  for (const name of ['runtime', 'launcher']) {
    const bytes = readFileSync(join(ROOT, `dist/${name}.cjs`));
    t.true(
      bytes.every((byte) => byte < 0x80),
      `${name} is read as ASCII`,
    );
    t.false(bytes.includes('__toESM(require("node:'), `${name} copies a module of Node`);
  }
});

test('dependencies have exact versions', (t) => {
  const versions = strings([MANIFEST.dependencies, MANIFEST.devDependencies]);
  t.true(versions.length > 0);
  for (const version of versions) t.regex(version, /^\d+\.\d+\.\d+$/);
});

test('the version that jobs tell each other is that of the package', (t) => {
  t.is(VERSION, MANIFEST.version);
});
