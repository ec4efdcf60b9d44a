import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { cpus } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { MpiError } from '../base/error.ts';
import { openUsersFolder } from '../cache/folder.ts';
import { markUsed, placeFile, removeUnused, temporaryName } from '../cache/kept-files.ts';
import type { Koffi } from '../koffi/load.ts';
import { HEADERS } from './c-types.ts';
import { type Compiler, findCompiler, run } from './compiler.ts';
import type { Signature } from './prototype.ts';

/** What to compile. */
export interface CompileRequest {
  /** Absolute path of the file. */
  readonly source: string;
  /** Its text. */
  readonly text: string;
  readonly flags: readonly string[];
  readonly signatures: readonly Signature[];
}

/** What is known of a library that was compiled. */
interface Index {
  /** Its name in the folder. */
  readonly library: string;
  /** What the source includes of the user's own, and a hash of each. */
  readonly headers: readonly (readonly [path: string, hash: string])[];
}

/** Before the flags, so that these prevail. What is missing in the end is missed when it is linked, by its name. */
const FIRST_FLAGS =
  process.platform === 'linux'
    ? ['-shared', '-fPIC', '-O2', '-Wl,-z,defs']
    : ['-shared', '-fPIC', '-O2'];
const LAST_FLAGS = ['-lm'];

/**
 * Compile a file of C into a library, or find it compiled.
 *
 * It is kept in the user's cache folder by what it depends on: its text, those of the headers that it includes with
 * quotes, the prototypes, flags, compiler and machine. Of processes that want the same at once one
 * compiles, and the others wait for it.
 *
 * @returns the path of the library
 * @throws MpiError `ERR_NATIVE` with what the compiler printed and its command
 */
export async function compileLibrary(request: CompileRequest, koffi: Koffi): Promise<string> {
  const compiler = await findCompiler(process.env.CC);
  const folder = join(openUsersFolder(), 'native');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = keyOf(request, compiler);
  const found = lookUp(folder, key);
  if (found !== undefined) return found;
  const unlock = await lock(koffi, join(folder, `${key}.lock`));
  try {
    return lookUp(folder, key) ?? (await compileInto(folder, key, request, compiler));
  } finally {
    unlock();
  }
}

function hash(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 32);
}

function keyOf({ source, text, flags, signatures }: CompileRequest, compiler: Compiler): string {
  const { platform, arch } = process;
  // Such code runs on this processor, which need not be that of another host with the same folder.
  const isForThisOne = [...compiler.words, ...flags].some((flag) => flag.endsWith('=native'));
  const processor = isForThisOne ? cpus()[0]?.model : undefined;
  const prototypes = signatures.map((signature) => signature.text);
  return hash(
    JSON.stringify([source, text, flags, prototypes, compiler, platform, arch, processor]),
  );
}

function lookUp(folder: string, key: string): string | undefined {
  try {
    const file = join(folder, `${key}.json`);
    const { library, headers } = JSON.parse(readFileSync(file, 'utf8')) as Index;
    if (!headers.every(([path, content]) => hash(readFileSync(path)) === content)) return undefined;
    for (const used of [file, join(folder, library)]) markUsed(used);
    return join(folder, library);
  } catch {
    // It is not there, or not all of it, or a header is not.
    return undefined;
  }
}

async function compileInto(
  folder: string,
  key: string,
  request: CompileRequest,
  compiler: Compiler,
): Promise<string> {
  const { source, flags } = request;
  removeUnused(folder);
  const output = temporaryName(join(folder, key));
  const needs = temporaryName(`${join(folder, key)}.d`);
  const args = (target: string): string[] => [
    ...FIRST_FLAGS,
    '-o',
    target,
    source,
    ...flags,
    ...LAST_FLAGS,
  ];
  try {
    const { isGood, text } = await run(
      compiler.words,
      [...args(output), '-MMD', '-MF', needs],
      dirname(source),
      '',
    );
    if (!isGood)
      throw doesNotCompile(request, compiler, args(basename(source, '.c') + '.so'), text);
    await checkPrototypes(request, compiler);
    // What the compiler warns of is seen once, as where one calls it oneself.
    process.stderr.write(text);
    const headers = headersIn(readFileSync(needs, 'utf8'), source).map(
      (path) => [path, hash(readFileSync(path))] as const,
    );
    const library = `${hash(JSON.stringify([key, headers]))}.so`;
    renameSync(output, join(folder, library));
    placeFile(join(folder, `${key}.json`), JSON.stringify({ library, headers } satisfies Index));
    return join(folder, library);
  } finally {
    for (const file of [output, needs]) rmSync(file, { force: true });
  }
}

/** Read which files a rule of make names besides the source. */
function headersIn(rule: string, source: string): string[] {
  const [, list = ''] = /:\s(.*)/.exec(rule.replace(/\\?\n/g, ' ')) ?? [];
  const names = list.match(/(?:\\.|[^\s\\])+/g) ?? [];
  const folder = dirname(source);
  return names
    .map((name) => resolve(folder, name.replace(/\\(.)/g, '$1').replaceAll('$$', '$')))
    .filter((path) => path !== source);
}

/** Have the compiler compare the prototypes with what the file defines: a wrong one would end in a crash. */
async function checkPrototypes(request: CompileRequest, compiler: Compiler): Promise<void> {
  const { source, flags, signatures } = request;
  const lines = [
    `#include ${JSON.stringify(basename(source))}`,
    ...HEADERS.map((header) => `#include <${header}>`),
    ...signatures.flatMap(({ text }) => ['#line 1 "prototype given to native"', `${text};`]),
    '',
  ];
  const args = ['-fsyntax-only', '-w', '-I', dirname(source), '-x', 'c', '-', '-x', 'none'];
  const { isGood, text } = await run(
    compiler.words,
    [...args, ...flags],
    dirname(source),
    lines.join('\n'),
  );
  if (isGood) return;
  throw new MpiError(
    'ERR_NATIVE',
    `native: a prototype differs from what ${source} defines; write it as it is there:\n${text.trimEnd()}`,
  );
}

function doesNotCompile(
  { source }: CompileRequest,
  { words }: Compiler,
  args: readonly string[],
  text: string,
): MpiError {
  const command = [...words, ...args].map(quoted).join(' ');
  return new MpiError(
    'ERR_NATIVE',
    `native: ${source} does not compile:\n${text.trimEnd()}\nby the command, in ${dirname(source)}:\n${command}`,
  );
}

/** As a shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const LOCK_EX = 2;

/** Wait until no other process has this lock, which the system takes from one that dies. @returns what gives it back */
async function lock(koffi: Koffi, path: string): Promise<() => void> {
  const file = openSync(path, 'a', 0o600);
  const flock = koffi.load(null).func('int flock(int, int)');
  // Where it cannot be had two may compile the same, and both are right.
  await new Promise<void>((resolve) => flock.async(file, LOCK_EX, () => resolve()));
  return () => closeSync(file);
}

/** Read the source. @throws MpiError `ERR_NATIVE` if that cannot be done */
export function readSource(path: string, from: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = existsSync(path) ? `cannot be read (${code})` : 'is not there';
    throw new MpiError('ERR_NATIVE', `native: ${path} ${why}${from}`, { cause: error });
  }
}
