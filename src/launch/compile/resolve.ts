import { isBuiltin } from 'node:module';
import { extname } from 'node:path';
import type { OnResolveArgs, PluginBuild } from 'esbuild';
import type { Dependencies } from './dependencies.ts';
import { CODE } from './facts.ts';
import { ENTRIES, isEntry, type Runtime } from './runtime.ts';

/** What an import stands for. */
export type Target =
  /** tsmpi itself, always the launcher's own. */
  | { readonly kind: 'runtime'; readonly name: keyof Runtime }
  /** A module of Node. */
  | { readonly kind: 'builtin'; readonly specifier: string }
  /** A file that ranks load from where it lies: a package's, or one that is no code. */
  | { readonly kind: 'external'; readonly path: string }
  /** One of the user's own modules. */
  | { readonly kind: 'source'; readonly path: string }
  /** Data that becomes part of what imports it. */
  | { readonly kind: 'inline'; readonly path: string };

/** An import that cannot be meant. */
export interface Mistake {
  readonly kind: 'mistake';
  readonly text: string;
}

/** Marks our own questions to esbuild, so that they are not answered by asking again. */
const ASKED: unique symbol = Symbol('asked');

/**
 * Find what an import stands for, by Node's rules and the user's tsconfig.
 *
 * @returns undefined if there is no such thing: then esbuild decides whether that is a mistake, since
 *   an import inside `try` may fail
 */
export async function resolveImport(
  build: PluginBuild,
  args: OnResolveArgs,
  dependencies: Dependencies,
): Promise<Target | Mistake | undefined> {
  if (args.pluginData === ASKED) return undefined;
  if (/^tsmpi(?:\/|$)/.test(args.path)) return resolveRuntime(args.path);
  const isPackage = /^[^./#]/.test(args.path) && !/^[a-z]+:/.test(args.path);
  if (isPackage && !isBuiltin(args.path)) dependencies.notePackage(args.resolveDir, args.path);

  const found = await build.resolve(args.path, {
    importer: args.importer,
    namespace: args.namespace,
    resolveDir: args.resolveDir,
    // TypeScript turns the imports of a CommonJS file into calls of `require`.
    kind:
      isCommonJsName(args.importer) && args.kind === 'import-statement'
        ? 'require-call'
        : args.kind,
    with: args.with,
    pluginData: ASKED,
  });
  if (found.errors.length > 0) return undefined;
  if (found.external) {
    return isBuiltin(found.path)
      ? { kind: 'builtin', specifier: `node:${found.path.replace(/^node:/, '')}` }
      : undefined;
  }
  if (found.namespace !== 'file') return undefined;
  return classify(found.path, args, dependencies);
}

function classify(path: string, args: OnResolveArgs, dependencies: Dependencies): Target {
  if (args.with.type !== undefined && args.with.type !== 'json') return { kind: 'inline', path };
  const isCode = CODE.test(path);
  const isInPackage = path.includes('/node_modules/');
  // A package of TypeScript cannot run where it lies, so it is compiled like the user's own files.
  if (isCode && (!isInPackage || !runsInNode(path))) return { kind: 'source', path };
  if (extname(path) === '.json' && !args.kind.startsWith('require'))
    return { kind: 'inline', path };
  dependencies.noteExternal(path);
  return { kind: 'external', path };
}

function resolveRuntime(specifier: string): Target | Mistake {
  if (isEntry(specifier)) return { kind: 'runtime', name: ENTRIES[specifier] };
  const there = Object.keys(ENTRIES).map((name) => `"${name}"`);
  return {
    kind: 'mistake',
    text: `tsmpi has no "${specifier}"; there are ${there.slice(0, -1).join(', ')} and ${there.at(-1)}`,
  };
}

/** Tell whether Node runs such a file as it is. */
export function runsInNode(path: string): boolean {
  return /\.[cm]?js$/.test(path);
}

/** Tell whether a file's name alone says that it is CommonJS. */
export function isCommonJsName(path: string): boolean {
  return /\.c[jt]s$/.test(path);
}
