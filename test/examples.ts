import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { HAS_OPENMP } from './helpers/native.ts';
import { type Outcome, ROOT, runBoth, runNode, runTsrun } from './helpers/run-example.ts';

const FOLDER = join(ROOT, 'examples');
const MAX_LINES = 80;
const FOLDERS = ['', 'ring/'];
const NAMES = FOLDERS.flatMap((folder) =>
  readdirSync(join(FOLDER, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}${name}`),
).sort();

/** What the reader is asked and told, in this order. */
const FIELDS = [
  'predict',
  'run',
  'beside',
  'with',
  'needs',
  'compiles',
  'ranks',
  'change',
  'explain',
  'prints',
];
const MAY_LACK = ['beside', 'with', 'needs', 'compiles', 'ranks'];

/** What the comment at the top of an example promises. */
interface Header {
  readonly about: string;
  /** The fields that there are, in the order in which they stand. */
  readonly fields: readonly string[];
  /** The arguments of tsrun. */
  readonly run: readonly string[];
  /** Those of the job that is to be started at the same time, if one is. */
  readonly beside: readonly string[];
  /** Commands and packages that it takes, and that may not be installed. */
  readonly takes: readonly string[];
  /** Fewer ranks are refused. */
  readonly least: number;
  /** Numbers of ranks to be tried. */
  readonly ranks: readonly number[];
  readonly prints: readonly string[];
  readonly ordered: boolean;
  /** Whether exactly this is printed with any number of ranks. */
  readonly always: boolean;
  /** The example that starts this one, which does not run by itself. */
  readonly parent: string | undefined;
}

function readHeader(name: string): Header {
  const lines = readFileSync(join(FOLDER, name), 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const comment = lines.slice(0, end).map((line) => line.slice(2));
  const fields = new Map<string, string>();
  for (const line of comment) {
    const [, field, value] = /^ (\w+)(?:: (.+)|(?:, .+)?:)$/.exec(line) ?? [];
    if (FIELDS.includes(field ?? '')) fields.set(field ?? '', value ?? '');
  }
  const prints = comment.findIndex((line) => line.startsWith(' prints'));
  const [from = 1, to = 3] = (fields.get('ranks') ?? '1-3').split('-').map(Number);
  return {
    about: comment[0]?.trim() ?? '',
    fields: [...fields.keys()],
    run: fields.get('run')?.split(' ').slice(1) ?? [],
    beside: fields.get('beside')?.split(' ').slice(1) ?? [],
    takes: [...(fields.get('with') ?? '').matchAll(/([\w-]+) \(/g)].map(([, name]) => name ?? ''),
    least: Number.parseInt(fields.get('needs') ?? '1', 10),
    ranks: Array.from({ length: to - from + 1 }, (_, index) => from + index),
    prints: prints < 0 ? [] : comment.slice(prints + 1).map(words),
    ordered: comment[prints]?.includes(', in this order') ?? false,
    always: comment[prints]?.includes(', with any number of ranks') ?? false,
    parent: /^ spawned by: (.+)$/m.exec(comment.join('\n'))?.[1],
  };
}

/** Whether this is a command, or a package that the examples find. */
function isInstalled(name: string): boolean {
  const commands = (process.env.PATH ?? '').split(delimiter);
  const packages = [ROOT, FOLDER].map((folder) => join(folder, 'node_modules'));
  return [...commands, ...packages].some((folder) => existsSync(join(folder, name)));
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

/** Fail unless just the promised lines were printed. */
function checkLines(t: ExecutionContext, header: Header, stdout: string): void {
  const printed = linesOf(stdout);
  t.is(printed.length, header.prints.length, stdout);
  for (const line of header.prints) {
    const pattern = promised(line);
    const at = header.ordered ? 0 : printed.findIndex((candidate) => pattern.test(candidate));
    t.regex(printed[at] ?? '', pattern, `promised: ${line}\nprinted:\n${stdout}`);
    printed.splice(at, 1);
  }
}

/** Fail unless every line that was printed is like a promised one. */
function checkSimilar(t: ExecutionContext, header: Header, stdout: string): void {
  const printed = linesOf(stdout);
  t.true(printed.length > 0);
  for (const line of printed) {
    t.true(
      header.prints.some((promise) => similar(promise).test(line)),
      `no promised line is like: ${line}`,
    );
  }
}

/** What an example takes that is not here. */
function lackOf({ fields, takes }: Header): string | undefined {
  if (fields.includes('compiles') && !HAS_OPENMP) return 'no C compiler here that knows OpenMP';
  const missing = takes.filter((name) => !isInstalled(name));
  return missing.length === 0 ? undefined : `not installed here: ${missing.join(', ')}`;
}

/** Runs an example where that can be done; elsewhere the title says what is lacking. */
function runs(header: Header, title: string, run: (t: ExecutionContext) => Promise<void>): void {
  const lack = lackOf(header);
  if (lack === undefined) test(title, run);
  else test.skip(`${title} (${lack})`, () => {});
}

/** Run an example, and beside it what its header names. */
async function runExample({ beside }: Header, args: readonly string[]): Promise<Outcome> {
  if (beside.length === 0) return await runTsrun(args, cacheFolder);
  const [outcome, other] = await runBoth(args, beside, cacheFolder);
  return { ...outcome, stderr: outcome.stderr + other.stderr };
}

for (const name of NAMES) {
  const header = readHeader(name);

  const { parent } = header;
  if (parent !== undefined) {
    test(`${name} is short, and is spawned by ${parent}`, (t) => {
      const lines = readFileSync(join(FOLDER, name), 'utf8').trimEnd().split('\n');
      t.true(lines.length <= MAX_LINES, `${lines.length} lines`);
      t.regex(header.about, /^[A-Z].+/);
      const text = readFileSync(join(FOLDER, parent), 'utf8');
      t.true(text.includes(`new URL('${name}', import.meta.url)`), `${parent} names ${name}`);
    });
    continue;
  }

  test(`${name} is short, and its header says what it shows, what to try and what it prints`, (t) => {
    const lines = readFileSync(join(FOLDER, name), 'utf8').trimEnd().split('\n');
    t.true(lines.length <= MAX_LINES, `${lines.length} lines`);
    t.regex(header.about, /^[A-Z].+/);
    t.deepEqual(
      header.fields,
      FIELDS.filter((field) => header.fields.includes(field) || !MAY_LACK.includes(field)),
    );
    t.regex(header.run.join(' '), new RegExp(`^-n \\d+ examples/${escaped(name)}$`));
    t.true(header.prints.length > 0);
  });

  runs(header, `${name} prints what its header promises`, async (t) => {
    const { exitCode, stdout, stderr } = await runExample(header, header.run);
    t.is(stderr, '');
    t.is(exitCode, 0);
    checkLines(t, header, stdout);
  });

  for (const ranks of header.ranks) {
    const args = ['-n', String(ranks), `examples/${name}`];
    if (ranks < header.least) {
      test(`${name} refuses ${ranks} rank and says how many it needs`, async (t) => {
        const { exitCode, stderr } = await runTsrun(args, cacheFolder);
        t.is(exitCode, 1);
        t.true(stderr.includes(`this needs ${header.least} ranks`), stderr);
      });
      continue;
    }
    runs(header, `${name} works with ${ranks} rank${ranks === 1 ? '' : 's'}`, async (t) => {
      const { exitCode, stdout, stderr } = await runExample(header, args);
      t.is(stderr, '');
      t.is(exitCode, 0);
      if (header.always) checkLines(t, header, stdout);
      else checkSimilar(t, header, stdout);
    });
  }
}

for (const name of ['parent.ts', 'parent-store.ts', 'ring/spawn.ts', 'pool-fib.ts']) {
  test(`${name} runs under plain Node once it is compiled`, async (t) => {
    const built = join(ROOT, 'build/examples', name.replace(/\.ts$/, '.js'));
    const { exitCode, stdout, stderr } = await runNode([built], cacheFolder);
    t.regex(stderr, /^(tsmpi: this world has 1 rank;.*\n)?$/);
    t.is(exitCode, 0);
    checkLines(t, readHeader(name), stdout);
  });
}

test('examples/README.md names every example', (t) => {
  const text = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  const named = [...text.matchAll(/\]\(([^)]+\.ts)\)/g)].map(([, file]) => file ?? '');
  t.deepEqual(named.toSorted(), NAMES);
});
