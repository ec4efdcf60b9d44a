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

import { lookUp, store } from './cache.ts';
import { openUsersFolder } from './cache-folder.ts';
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
  const folder = openUsersFolder(request.cacheFolder);
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
