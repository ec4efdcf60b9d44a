import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ROOT, runTsrun } from './helpers/run-example.ts';

const FOLDER = join(ROOT, 'examples');
const MAX_LINES = 60;
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts'))
  .sort();

/** What the comment at the top of an example promises. */
interface Header {
  readonly about: string;
  /** The arguments of tsrun. */
  readonly run: readonly string[];
  /** Fewer ranks are refused. */
  readonly least: number;
  readonly ordered: boolean;
  readonly prints: readonly string[];
}

function readHeader(name: string): Header {
  const lines = readFileSync(join(FOLDER, name), 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const comment = lines.slice(0, end).map((line) => line.slice(2));
  const run = comment.find((line) => line.startsWith(' run: tsrun '));
  const needs = comment.find((line) => line.startsWith(' needs: '));
  const prints = comment.findIndex((line) => line.startsWith(' prints'));
  return {
    about: comment[0]?.trim() ?? '',
    run: run?.trim().split(' ').slice(2) ?? [],
    least: needs === undefined ? 1 : Number.parseInt(needs.slice(' needs: '.length), 10),
    ordered: comment[prints] === ' prints, in this order:',
    prints: prints < 0 ? [] : comment.slice(prints + 1).map(words),
  };
}

/** Columns are for people: only the words of a line count. */
function words(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(words);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The pattern of a promised line. */
function promised(line: string): RegExp {
  const pattern = escaped(line)
    .replaceAll('NODE', escaped(hostname()))
    .replaceAll('NUMBER', String.raw`\d+(?:\.\d+)?`);
  return new RegExp(`^${pattern}$`);
}

/** The pattern of such a line in a job of another size: every word with a digit in it may differ. */
function similar(line: string): RegExp {
  const parts = line.split(' ').map((word) => {
    if (word === 'NODE') return escaped(hostname());
    return /\d|NUMBER/.test(word) ? String.raw`\S*\d\S*` : escaped(word);
  });
  return new RegExp(`^${parts.join(' ')}$`);
}

const cacheFolder = mkdtempSync(join(tmpdir(), 'tsmpi-test-'));
test.after.always(() => rmSync(cacheFolder, { recursive: true, force: true }));

for (const name of NAMES) {
  const header = readHeader(name);

  test(`${name} is short, and its header says what it shows, how to run it and what it prints`, (t) => {
    const lines = readFileSync(join(FOLDER, name), 'utf8').trimEnd().split('\n');
    t.true(lines.length <= MAX_LINES, `${lines.length} lines`);
    t.regex(header.about, /^[A-Z].+/);
    t.regex(header.run.join(' '), new RegExp(`^-n \\d+ examples/${escaped(name)}$`));
    t.true(header.prints.length > 0);
  });

  test.serial(`${name} prints what its header promises`, async (t) => {
    const { exitCode, stdout, stderr } = await runTsrun(header.run, cacheFolder);
    t.is(stderr, '');
    t.is(exitCode, 0);
    const printed = linesOf(stdout);
    t.is(printed.length, header.prints.length, stdout);
    const open = [...printed];
    for (const line of header.prints) {
      const at = header.ordered ? 0 : open.findIndex((candidate) => promised(line).test(candidate));
      t.regex(open[at] ?? '', promised(line), `promised: ${line}\nprinted:\n${stdout}`);
      open.splice(at, 1);
    }
  });

  for (const ranks of [1, 2, 3]) {
    if (ranks < header.least) {
      test.serial(`${name} refuses ${ranks} rank and says how many it needs`, async (t) => {
        const { exitCode, stderr } = await runTsrun(
          ['-n', String(ranks), `examples/${name}`],
          cacheFolder,
        );
        t.is(exitCode, 1);
        t.true(stderr.includes(`this needs ${header.least} ranks`), stderr);
      });
      continue;
    }
    test.serial(`${name} works with ${ranks} rank${ranks === 1 ? '' : 's'}`, async (t) => {
      const args = ['-n', String(ranks), `examples/${name}`];
      const { exitCode, stdout, stderr } = await runTsrun(args, cacheFolder);
      t.is(stderr, '');
      t.is(exitCode, 0);
      const printed = linesOf(stdout);
      t.true(printed.length > 0);
      for (const line of printed) {
        t.true(
          header.prints.some((promise) => similar(promise).test(line)),
          `no promised line is like: ${line}`,
        );
      }
    });
  }
}

test('examples/README.md names every example', (t) => {
  const text = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  const named = [...text.matchAll(/\]\(([^)]+\.ts)\)/g)].map(([, file]) => file ?? '');
  t.deepEqual(named.toSorted(), NAMES);
});
