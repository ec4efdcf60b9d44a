import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { compile, moduleOf } from './helpers/compile-snippets.ts';
import { codeIn, rows } from './helpers/documents.ts';
import { ROOT, runTsrun } from './helpers/run-example.ts';
import { tempFolder } from './helpers/temp-folder.ts';

/** docs/coming-from.md says what to write, so all of it has to be true: it is compiled, and what can run is run. */

const TEXT = readFileSync(join(ROOT, 'docs/coming-from.md'), 'utf8');
const COMMAND = /^npx tsrun /;

/** A table of what is written elsewhere and here. */
interface Table {
  /** What its snippets know: declarations in a comment above it. */
  readonly known: string;
  readonly snippets: readonly string[];
}

const TABLES: readonly Table[] = TEXT.split('<!-- known: ')
  .slice(1)
  .map((part) => {
    const [known = '', rest = ''] = part.split(' -->\n', 2);
    const lines = rest
      .split(/\n\n(?!\|)/, 2)
      .join('\n')
      .split('\n');
    return { known, snippets: rows(lines).flatMap(([, here = '']) => codeIn(here)) };
  });

/** Programs between fences that begin with their own name, and what a run of them is said to print. */
const PROGRAMS: ReadonlyMap<string, string> = new Map(
  [...TEXT.matchAll(/```ts\n(\/\/ (\S+\.ts)\n[\s\S]*?)```/g)].map(([, code = '', name = '']) => [
    name,
    code,
  ]),
);

/** As a module of its own. Its declarations may have the names of what it knows. */
function inBlock(snippet: string, known: string): string {
  const code = /^import /.test(snippet) ? snippet : `{\n${snippet};\n}`;
  return moduleOf(code, known);
}

test('every snippet under "Here" compiles', async (t) => {
  const folder = tempFolder(t);
  let count = 0;
  for (const { known, snippets } of TABLES) {
    for (const snippet of snippets.filter((each) => !COMMAND.test(each))) {
      count += 1;
      writeFileSync(join(folder, `snippet-${count}.ts`), inBlock(snippet, known));
    }
  }
  t.true(TABLES.length >= 7 && count > 100, `${count} snippets in ${TABLES.length} tables`);
  t.is(await compile(folder), '');
});

test('a snippet with a wrong name, option or type would not compile', async (t) => {
  const wrong = ['await world.sned(1, 0)', 'await world.send(1, 0, { tga: 1 })', "abort('now')"];
  for (const snippet of wrong) {
    const folder = tempFolder(t);
    writeFileSync(join(folder, 'snippet.ts'), inBlock(snippet, ''));
    t.regex(await compile(folder), /error TS/);
  }
});

test('the programs compile', async (t) => {
  const folder = tempFolder(t);
  t.true(PROGRAMS.size > 0);
  for (const [name, code] of PROGRAMS) writeFileSync(join(folder, name), code);
  t.is(await compile(folder), '');
});

test('the programs print what is said', async (t) => {
  const folder = tempFolder(t);
  const runs = [...TEXT.matchAll(/```\n\$ npx tsrun (.+)\n([\s\S]*?)```/g)];
  t.is(runs.length, PROGRAMS.size);
  for (const [, args = '', printed = ''] of runs) {
    const words = args.split(' ').map((word) => {
      const code = PROGRAMS.get(word);
      if (code === undefined) return word;
      mkdirSync(dirname(join(folder, word)), { recursive: true });
      writeFileSync(join(folder, word), code);
      return join(folder, word);
    });
    const { exitCode, stdout, stderr } = await runTsrun(words, join(folder, 'cache'));
    t.is(stderr, '');
    t.is(exitCode, 0);
    t.deepEqual(stdout.split('\n').sort(), printed.split('\n').sort());
  }
});

test('the commands are those of examples, which are tested', (t) => {
  const commands = codeIn(TEXT.replaceAll(/```[\s\S]*?```/g, '')).filter((code) =>
    COMMAND.test(code),
  );
  const ofExamples = commands.filter((command) => command.includes('examples/'));
  t.true(ofExamples.length >= 6);
  for (const command of ofExamples) {
    const file = /examples\/\S+/.exec(command)?.[0] ?? '';
    const header = readFileSync(join(ROOT, file), 'utf8');
    t.true(header.includes(`\n// run: ${command.slice('npx '.length)}\n`), command);
  }
});
