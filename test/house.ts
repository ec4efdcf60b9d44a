import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

/**
 * The architecture, checked: a file imports from lower floors or its own folder, never up, never
 * sideways, never in a circle. A folder is the first one below `src`; those inside it count as it.
 */

const FLOORS: readonly (readonly string[])[] = [
  ['base'],
  ['codec', 'op', 'group', 'topology', 'hosts', 'keeper', 'cache', 'koffi'],
  ['request', 'transport', 'control', 'tasks'],
  ['match'],
  ['pt2pt'],
  ['collective'],
  ['comm'],
  ['launch', 'rank', 'native', 'store', 'pool', 'ports', 'testing'],
  ['member'],
  ['init.ts', 'testing.ts'],
  ['index.ts', 'native.ts', 'pool.ts'],
  ['bench'],
  ['bin'],
];

/** Imports that the floors forbid, and why they are there: `from -> to`. */
const FORBIDDEN_BUT_NEEDED: ReadonlyMap<string, string> = new Map([]);

/** Where Node's modules and the `process` global may be used. */
const KNOWS_NODE = [
  /^transport\/(zeromq|shm)\//,
  /^(rank|launch|native|pool|ports|member|bin|bench)\//,
  /^(cache|koffi)\//,
  /^control\/pipe\.ts$/,
  /^(testing|native|init|index)\.ts$/,
];

/** Where `process.env` may be written, and why. */
const KNOWS_ENVIRONMENT: ReadonlyMap<RegExp, string> = new Map([
  [/^base\/environment\.ts$/, 'it is the one reader'],
  [/^cache\/folder\.ts$/, 'the user says there where caches lie'],
  [/^ports\/folder\.ts$/, 'the system says there where the processes of a user meet'],
  [/^launch\//, 'it hands its own environment on to the ranks'],
  [
    /^native(?:\.ts|\/)/,
    'the user says there which compiler to take, and how many threads there are',
  ],
  [/^bench\//, 'it starts programs with a cache folder of their own'],
  [
    /^(rank\/alone|bin\/(?:rank|load|adopt))\.ts$/,
    'they pass it to base/environment.ts, which may not know process',
  ],
]);

const MOST_LINES = 300;

/** Longer files that would not be clearer in parts, and why. */
const LONGER: ReadonlyMap<string, string> = new Map([
  ['codec/structured/encode.ts', 'one page of cases, read beside its mirror image decode.ts'],
  ['codec/structured/decode.ts', 'the mirror image of encode.ts'],
  [
    'comm/communicator.ts',
    'one family: each class makes the others; what they do lies in files of its own',
  ],
  ['launch/supervise/job.ts', 'one table of events; the mechanisms lie in files of their own'],
]);

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'src');

interface SourceFile {
  readonly text: string;
  /** The text without comments. */
  readonly code: string;
  /** What it imports, types included: paths below `src`, or the names of packages. */
  readonly imports: readonly string[];
}

/** Take out comments, and nothing that only looks like one inside a string or a regular expression. */
function withoutComments(text: string): string {
  const literal = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/;
  const pattern = /(?<=[=(,:[!&|?{};\n]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\//;
  const comment = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/;
  const all = new RegExp(`(${literal.source}|${pattern.source})|${comment.source}`, 'g');
  return text.replace(all, (_, kept: string | undefined) => kept ?? ' ');
}

function importsOf(path: string, code: string): string[] {
  const found = new Set<string>();
  const patterns = [
    /(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]/g,
    /(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g,
    /\bimport\(\s*['"`]([^'"`]+)['"`]/g,
  ];
  for (const pattern of patterns) {
    for (const [, name = ''] of code.matchAll(pattern)) {
      found.add(name.startsWith('.') ? join(dirname(path), name).replaceAll('\\', '/') : name);
    }
  }
  return [...found];
}

function readHouse(): Map<string, SourceFile> {
  const house = new Map<string, SourceFile>();
  for (const entry of readdirSync(SOURCE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(SOURCE.length + 1).replaceAll('\\', '/');
    const text = readFileSync(file, 'utf8');
    const code = withoutComments(text);
    house.set(path, { text, code, imports: importsOf(path, code) });
  }
  return house;
}

const house = readHouse();

function folderOf(path: string): string {
  return path.split('/', 1)[0] as string;
}

function floorOf(path: string): number {
  return FLOORS.findIndex((folders) => folders.includes(folderOf(path)));
}

/** Say what is wrong with one import, if anything. */
function complaint(from: string, to: string): string | undefined {
  if (folderOf(from) === folderOf(to)) return undefined;
  const [here, there] = [floorOf(from), floorOf(to)];
  if (there < 0) return `${from} imports ${to}, which has no floor`;
  if (there < here) return undefined;
  const how = there === here ? 'sideways' : 'up';
  return `${from} (floor ${here}) imports ${how} from ${to} (floor ${there})`;
}

/** A way from a file back to itself along imports, for each circle. */
function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(' -> '));
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of house.get(file)?.imports ?? []) if (house.has(next)) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of house.keys()) visit(file);
  return found;
}

function offenders(isWrong: (path: string, file: SourceFile) => boolean): string[] {
  return [...house].filter(([path, file]) => isWrong(path, file)).map(([path]) => path);
}

test('every file has its floor', (t) => {
  t.true(house.size > 40, 'the sources were found');
  t.deepEqual(
    offenders((path) => floorOf(path) < 0),
    [],
  );
});

test('imports go down, or stay in their folder', (t) => {
  const complaints: string[] = [];
  for (const [from, { imports }] of house) {
    for (const to of imports) {
      if (!to.endsWith('.ts')) continue;
      const text = complaint(from, to);
      const excused = FORBIDDEN_BUT_NEEDED.has(`${from} -> ${to}`);
      if (text !== undefined && !excused) complaints.push(text);
    }
  }
  t.deepEqual(complaints, []);
});

test('every exception is still needed', (t) => {
  t.plan(2 * FORBIDDEN_BUT_NEEDED.size + 1);
  t.true(FORBIDDEN_BUT_NEEDED.size < 10, 'exceptions are few');
  for (const [exception] of FORBIDDEN_BUT_NEEDED) {
    const [from = '', to = ''] = exception.split(' -> ');
    t.true(house.get(from)?.imports.includes(to), `${exception} is no import any more`);
    t.not(complaint(from, to), undefined, `${exception} is allowed anyway`);
  }
});

test('every import is of a file that is there', (t) => {
  const missing: string[] = [];
  for (const [from, { imports }] of house) {
    for (const to of imports)
      if (to.endsWith('.ts') && !house.has(to)) missing.push(`${from}: ${to}`);
  }
  t.deepEqual(missing, []);
});

test('no file imports itself by way of others, types included', (t) => {
  t.deepEqual(circles(), []);
});

test('Node is known only to those that talk to it', (t) => {
  const uses = offenders((path, { imports, code }) => {
    const usesNode = imports.some((name) => name.startsWith('node:'));
    const usesProcess = /(?<![.\w$'"`])process\s*[.[?]|globalThis\.process/.test(code);
    return (usesNode || usesProcess) && !KNOWS_NODE.some((allowed) => allowed.test(path));
  });
  t.deepEqual(uses, []);
});

test('the environment is read in one place', (t) => {
  const allowed = [...KNOWS_ENVIRONMENT.keys()];
  const uses = offenders(
    (path, { code }) =>
      /\bprocess\??\.env\b/.test(code) && !allowed.some((some) => some.test(path)),
  );
  t.deepEqual(uses, []);
});

test('nothing is exported as default', (t) => {
  t.deepEqual(
    offenders((_, { code }) => /\bexport\s+default\b|\bas\s+default\b/.test(code)),
    [],
  );
});

test(`no file has more than ${MOST_LINES} lines but for a reason`, (t) => {
  t.deepEqual(
    offenders((_, { text }) => text.trimEnd().split('\n').length > MOST_LINES).sort(),
    [...LONGER.keys()].sort(),
  );
});

test('the test itself sees imports of every form, and none in a comment or a string', (t) => {
  const text = `
    import a, { type B } from './a.ts';
    import type { C } from '../c/c.ts';
    import './side.ts';
    export { d,
      e } from "./d.ts";
    export * from './star.ts';
    const later = await import('./later.ts');
    type T = typeof import('zeromq');
    // import x from './comment.ts';
    /* import y from './block.ts'; */
    const pattern = /['"]\\/\\//; const text = "// no comment";
    import z from './after.ts';
    /** See \`import('./doc.ts')\`. */
  `;
  t.deepEqual(importsOf('f/here.ts', withoutComments(text)).sort(), [
    'c/c.ts',
    'f/a.ts',
    'f/after.ts',
    'f/d.ts',
    'f/later.ts',
    'f/side.ts',
    'f/star.ts',
    'zeromq',
  ]);
});
