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
import { basename, dirname } from 'node:path';
import { reasonOf } from '../../base/error.ts';
import { openUsersFolder } from '../../cache/folder.ts';
import { lookUp, type Stored, store } from './cache.ts';
import { CompileError } from './compile-error.ts';
import { hash } from './facts.ts';
import { type Need, type Outside, outsideElsewhere, outsideHere } from './outside.ts';
import { findProgram } from './program.ts';
import { type Runtime, runtimeOf } from './runtime.ts';

export { CompileError };

/** What to compile, and for which tsmpi. */
export interface CompileRequest {
  /** Absolute path of the user's source file. */
  readonly program: string;
  /** Absolute file URLs that `tsmpi`, `tsmpi/testing` and so on resolve to. */
  readonly runtime: Runtime;
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

/** A compiled program that runs on any host, with what it needs. */
export interface PortableProgram {
  /** The name of the source file, for messages. */
  readonly name: string;
  /** The folder with the compiled modules. */
  readonly folder: string;
  /** The name of the one to import. */
  readonly entry: string;
  /** What it loads besides. */
  readonly needs: readonly Need[];
  /** The tsmpi that it was compiled for. */
  readonly runtime: Runtime;
  readonly fromCache: boolean;
}

/**
 * Compile a program, or find it compiled.
 *
 * @throws CompileError with a finished text: file, line, column and the source line of every mistake
 */
export async function compile(request: CompileRequest): Promise<CompiledProgram> {
  const { entry, fromCache } = await compileFor(request, outsideHere(request.runtime));
  return { entry, fromCache };
}

/**
 * Compile a program for any host, or find it compiled.
 *
 * It must be put together with what it needs (`parcel/program.ts`), and its rank tells it where tsmpi is.
 * `import.meta.url` and its kin still name the source here, which on that host need not exist.
 *
 * @throws CompileError as `compile`
 */
export async function compilePortable(request: CompileRequest): Promise<PortableProgram> {
  const { entry, needs, fromCache } = await compileFor(
    request,
    outsideElsewhere(portableRuntime(request.runtime)),
  );
  return {
    name: basename(request.program),
    folder: dirname(entry),
    entry: basename(entry),
    needs,
    runtime: request.runtime,
    fromCache,
  };
}

/** Read the modules that find the tsmpi of a rank, which lie beside those that are of this one. */
export function portableRuntime(runtime: Runtime): Runtime {
  return runtimeOf((name) => {
    const url = runtime[name];
    return readFileSync(new URL(`portable/${basename(url)}`, url), 'utf8');
  });
}

async function compileFor(
  request: CompileRequest,
  outside: Outside,
): Promise<Stored & { readonly fromCache: boolean }> {
  const { program, version } = request;
  const cwd = process.cwd();
  const source = findProgram(program, cwd);
  const folder = openUsersFolder(request.cacheFolder);
  const { runtime, files } = outside;
  const parts = [source, version, ...Object.values(runtime), process.version, ...files.values()];
  const key = hash(JSON.stringify(parts)).slice(0, 32);
  const found = lookUp(folder, key);
  if (found !== undefined) return { ...found, fromCache: true };
  const { build } = await import('./build.ts');
  const compilation = await build(source, outside, cwd);
  try {
    return { ...store(folder, key, compilation), fromCache: false };
  } catch (error) {
    const reason = reasonOf(error);
    throw new CompileError(
      `cannot keep the compiled program in ${folder}: ${reason}; ` +
        'make room there, or set XDG_CACHE_HOME to another folder',
      { cause: error },
    );
  }
}
