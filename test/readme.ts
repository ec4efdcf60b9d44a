import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { codeIn, readExports, rows } from './helpers/documents.ts';
import { ROOT, runTsrun } from './helpers/run-example.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const LINES = README.split('\n');
const RING_LINE = 'npm ci && npx tsrun -n 4 examples/ring.ts';
const TEST_LINE = 'npm ci && npm test';

/** The lines below a heading of the second level, up to the next one. */
function section(heading: string): string[] {
  const start = LINES.indexOf(`## ${heading}`);
  const end = LINES.findIndex((line, index) => index > start && line.startsWith('## '));
  return start < 0 ? [] : LINES.slice(start + 1, end < 0 ? undefined : end);
}

test('the two lines for a fresh clone stand alone in the README', (t) => {
  for (const line of [RING_LINE, TEST_LINE]) {
    const at = LINES.indexOf(line);
    t.deepEqual(LINES.slice(at - 1, at + 2), ['```', line, '```']);
  }
});

test('.ci/run runs the test line of the README', (t) => {
  const script = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  t.true(script.split('\n').includes(`run '${TEST_LINE}'`));
});

test('the README shows the ring as it is', (t) => {
  const lines = readFileSync(join(ROOT, 'examples/ring.ts'), 'utf8').split('\n');
  const code = lines.slice(lines.findIndex((line) => !line.startsWith('//')));
  t.true(README.includes(`\`\`\`ts\n${code.join('\n')}\`\`\`\n`));
});

test('the table of names has every value that tsmpi exports exactly once, and every type', (t) => {
  const { values, types } = readExports('src/index.ts');
  t.true(values.includes('world') && types.includes('Status'));
  const table = rows(section('What there is'));
  const named = table
    .flatMap(([name = '']) => codeIn(name))
    .filter((code) => !code.startsWith('.'))
    .map((code) => code.replace(/[(<].*/, ''));
  t.deepEqual(named.filter((name) => !types.includes(name)).toSorted(), values.toSorted());
  const mentioned = new Set(table.flat().flatMap(codeIn));
  t.deepEqual(
    types.filter((type) => !mentioned.has(type)),
    [],
  );
});

test('the table of options has those of --help and no others', async (t) => {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'tsmpi-test-'));
  t.teardown(() => rmSync(cacheFolder, { recursive: true, force: true }));
  const { stdout } = await runTsrun(['--help'], cacheFolder);
  const helped = stdout.split('\n').flatMap((line) => {
    const term = /^ {2}(-.+?)(?: {2}.*)?$/.exec(line)?.[1];
    return term === undefined ? [] : [term];
  });
  t.true(helped.includes('--json'));
  const listed = rows(section('tsrun')).flatMap(([option = '']) => codeIn(option));
  t.deepEqual(listed.toSorted(), helped.toSorted());
});

test('the table of errors has every code', (t) => {
  const source = readFileSync(join(ROOT, 'src/base/error.ts'), 'utf8');
  const codes = [...source.matchAll(/\| '(ERR_\w+)'/g)].map(([, code]) => code ?? '');
  t.true(codes.length > 0);
  const text = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
  const listed = rows(text.split('\n')).flatMap(([code = '']) => codeIn(code));
  t.deepEqual(
    listed.filter((code) => code.startsWith('ERR_')),
    [...new Set(listed)].filter((code) => code.startsWith('ERR_')),
  );
  t.deepEqual(
    codes.filter((code) => !listed.includes(code)),
    [],
  );
});

test('the README names the version of every dependency', (t) => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const text = section('Dependencies').join(' ');
  for (const [name, version] of Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
  })) {
    t.regex(text, new RegExp(`\`${name}\` +(?:\\| )?${version} `));
  }
});

test('links in the documentation lead to files', (t) => {
  for (const file of [
    'README.md',
    'examples/README.md',
    'docs/architecture.md',
    'docs/coming-from.md',
    'docs/errors.md',
    'docs/cluster.md',
    'docs/store.md',
    'docs/native.md',
    'docs/pool.md',
    'docs/ports.md',
  ]) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)\)/g)) {
      const path = join(ROOT, file, '..', target);
      t.notThrows(() => readFileSync(path), `${file} links to ${target}`);
    }
  }
});
