import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { openUsersFolder } from '../cache/folder.ts';
import { markUsed, placeFile, removeUnused, temporaryName } from '../cache/kept-files.ts';
import type { Koffi } from '../koffi/load.ts';
import { type CompileRequest, compile } from './compile.ts';
import { type Compiler, findCompiler } from './compiler.ts';

/** How and where it is compiled. */
export interface Workshop {
  /** The compiler's command; `cc` if left out. */
  readonly compiler?: string | undefined;
  /** Another folder than the user's cache folder. */
  readonly folder?: string | undefined;
}

/** What is known of a library that was compiled. */
interface Index {
  /** Its name in the folder. */
  readonly library: string;
  /** What the source includes of the user's own, and a hash of each. */
  readonly headers: readonly (readonly [path: string, hash: string])[];
}

/**
 * Compile a file of C into a library, or find it compiled.
 *
 * It is kept in the user's cache folder by all that it depends on: its text and those of the headers that it
 * includes with quotes, prototypes, flags, compiler and machine. Of processes that want the same at once one
 * compiles, and the others wait for it.
 *
 * @returns the path of the library
 * @throws MpiError `ERR_NATIVE` as `compile`, or if there is no compiler
 */
export async function compiledLibrary(
  request: CompileRequest,
  koffi: Koffi,
  workshop: Workshop,
): Promise<string> {
  const compiler = await findCompiler(workshop.compiler);
  const folder = join(openUsersFolder(workshop.folder), 'native');
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

function keyOf({ source, text, flags, signatures }: CompileRequest, compiler: Compiler): string {
  const { platform, arch } = process;
  // Such code runs on this processor, which need not be that of another host with the same folder.
  const isForThisOne = [...compiler.words, ...flags].some((flag) => flag.endsWith('=native'));
  const processor = isForThisOne ? cpus()[0]?.model : undefined;
  const prototypes = signatures.map((signature) => signature.text);
  const parts = [source, text, flags, prototypes, compiler, platform, arch, processor];
  return hash(JSON.stringify(parts));
}

function lookUp(folder: string, key: string): string | undefined {
  try {
    const file = join(folder, `${key}.json`);
    const { library, headers } = JSON.parse(readFileSync(file, 'utf8')) as Index;
    if (!headers.every(([path, content]) => hash(readFileSync(path)) === content)) return undefined;
    for (const used of [file, join(folder, library)]) markUsed(used);
    return join(folder, library);
  } catch {
    // It is not there, or not all of it, or a header is gone.
    return undefined;
  }
}

async function compileInto(
  folder: string,
  key: string,
  request: CompileRequest,
  compiler: Compiler,
): Promise<string> {
  removeUnused(folder);
  const output = temporaryName(join(folder, key));
  const needs = temporaryName(join(folder, `${key}.d`));
  try {
    const included = await compile(request, compiler, output, needs);
    const headers = included.map((path) => [path, hash(readFileSync(path))] as const);
    const library = `${hash(JSON.stringify([key, headers]))}.so`;
    // What a process has loaded is never written to: another takes its place.
    renameSync(output, join(folder, library));
    placeFile(join(folder, `${key}.json`), JSON.stringify({ library, headers } satisfies Index));
    return join(folder, library);
  } finally {
    for (const file of [output, needs]) rmSync(file, { force: true });
  }
}

function hash(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 32);
}

const LOCK_EX = 2;

/**
 * Wait until no other process has this lock. The system takes it from one that dies.
 *
 * @returns what gives it back
 */
async function lock(koffi: Koffi, path: string): Promise<() => void> {
  const file = openSync(path, 'a', 0o600);
  const flock = koffi.load(null).func('int flock(int, int)');
  // Where a file system has no locks, several compile the same, and each puts the same into its place.
  await new Promise<void>((resolve) => flock.async(file, LOCK_EX, () => resolve()));
  return () => closeSync(file);
}
