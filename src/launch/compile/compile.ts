/**
 * Compile the user's program once, so that every rank starts plain Node on the result.
 *
 * Each of the user's own files becomes one file of JavaScript: modules stay what they are, evaluated
 * in Node's own order, with their own names and line numbers; only what their imports point to
 * changes. Packages are left where they are. The result is kept, and found again by content: then
 * neither esbuild nor anything else but this file's own imports is loaded.
 *
 * Types are not checked. `import()` and `require()` of an expression find files only where esbuild
 * can tell which might be meant: a relative path with a fixed beginning, `./plugins/${name}.ts`.
 */

import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { lookUp, placeOfCode, store } from './cache.ts';
import { openCacheFolder } from './cache-folder.ts';
import { CompileError } from './compile-error.ts';
import { hash } from './facts.ts';
import { findProgram } from './program.ts';

export { CompileError };

/** What to compile, and for which tsmpi. */
export interface CompileRequest {
  /** Absolute path of the user's source file. */
  readonly program: string;
  /** Absolute file URLs that `tsmpi` and `tsmpi/testing` resolve to. */
  readonly runtime: { readonly index: string; readonly testing: string };
  /** tsmpi's version and anything else that must change the cache key. */
  readonly version: string;
  /** Where to cache; by default the user's cache folder. */
  readonly cacheFolder?: string;
}

/** Where a compiled program lies. */
export interface CompiledProgram {
  /** Absolute path of the module to import. */
  readonly entry: string;
  readonly fromCache: boolean;
}

/**
 * Compile a program, or find it compiled.
 *
 * @throws CompileError with a finished text: file, line, column and the source line of every mistake
 */
export async function compile(request: CompileRequest): Promise<CompiledProgram> {
  const { program, runtime, version } = request;
  const cwd = process.cwd();
  const source = findProgram(program, cwd);
  const folder = openOwnFolder(request.cacheFolder);
  const parts = [source, version, runtime.index, runtime.testing, process.version];
  const key = hash(JSON.stringify(parts)).slice(0, 32);
  const found = lookUp(folder, key);
  if (found !== undefined) return { entry: found, fromCache: true };
  const { build } = await import('./build.ts');
  const compilation = await build(source, runtime, cwd);
  try {
    return { entry: store(folder, key, compilation), fromCache: false };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CompileError(
      `cannot keep the compiled program in ${folder}: ${reason}; ` +
        'make room there, or set XDG_CACHE_HOME to another folder',
      { cause: error },
    );
  }
}

/**
 * Name the file in which ranks keep V8's code of the runtime, so that only the first has to compile it.
 *
 * V8 knows what another version of it wrote, but takes a source of the same length for the same source, and its
 * code has the path of the file in it, by which a rank tells the frames of the library from the user's.
 *
 * @param runtime  path of the runtime
 * @param nodeOptions  options of Node that all ranks run with; some make V8 refuse what others wrote
 */
export function codeFile(runtime: string, nodeOptions: string): string {
  const { version, arch } = process;
  const parts = [runtime, hash(readFileSync(runtime)), version, arch, nodeOptions];
  return placeOfCode(openOwnFolder(undefined), hash(JSON.stringify(parts)).slice(0, 32));
}

function openOwnFolder(wanted: string | undefined): string {
  return openCacheFolder(wanted, {
    platform: process.platform,
    home: homedir(),
    temporary: tmpdir(),
    xdgCacheHome: process.env.XDG_CACHE_HOME,
    uid: process.getuid?.(),
  });
}
