import { dirname, extname, resolve } from 'node:path';
import type {
  Loader,
  Metafile,
  OnLoadArgs,
  OnLoadResult,
  OnResolveArgs,
  Plugin,
  PluginBuild,
} from 'esbuild';
import { type AssetUrl, findAssetUrls } from './asset-url.ts';
import { BUILD_OPTIONS } from './build-options.ts';
import { computedFolders, standInForOther } from './computed-import.ts';
import type { Dependencies } from './dependencies.ts';
import { type Compiler, isBuildFailure } from './esbuild.ts';
import { CODE } from './facts.ts';
import { isCommonJsName, resolveImport, runsInNode, type Target } from './resolve.ts';

/** One of the user's modules. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly loader: Loader;
  readonly assets: readonly AssetUrl[];
  format: 'esm' | 'cjs';
}

/** All that belongs to a program, and what its imports stand for. */
export interface Analysis {
  /** The program's folder; esbuild names files relative to it. */
  readonly folder: string;
  /** By path, in the order in which they were found. */
  readonly sources: Map<string, Source>;
  /** Modules that are started by path or URL; the program is the first. */
  readonly entries: Set<string>;
  /** Modules whose imports have to be followed: the entries, and what is no part of a bundle. */
  readonly roots: Set<string>;
  readonly imports: Map<string, AnalysedImport>;
  /** What `require.resolve` asks for. */
  readonly resolved: Map<string, AnalysedImport>;
  /** Folders in which esbuild opens everything, for an import of a computed path. */
  readonly computed: Set<string>;
  /** What stands for files in them that are none of the user's modules. */
  readonly others: Map<string, OnLoadResult>;
}

type Import = Pick<OnResolveArgs, 'importer' | 'kind' | 'path'>;

/** An import as it is written, and what it stands for. */
export interface AnalysedImport extends Import {
  readonly target: Target;
}

/** Tell whether an import becomes a call of `require`. */
export function isRequire({ sources }: Analysis, { importer, kind }: Import): boolean {
  if (kind === 'dynamic-import') return false;
  return kind.startsWith('require') || sources.get(importer)?.format === 'cjs';
}

/** Find what an import of an analysed program stands for. */
export function targetOf({ imports }: Analysis, imported: Import): Target | undefined {
  return imports.get(importKey(imported))?.target;
}

/**
 * Follow a program's imports, and check that they fit together.
 *
 * The modules are bundled, only to see whether that works: esbuild then finds every file, knows a
 * missing export from a type, and reports mistakes at the line of the user's own text.
 *
 * @throws BuildFailure with the mistakes in the program
 */
export async function analyse(
  esbuild: Compiler,
  program: string,
  dependencies: Dependencies,
): Promise<Analysis> {
  const analysis = emptyAnalysis(dirname(program));
  analysis.entries.add(program);
  analysis.roots.add(program);
  const checked = new Set<string>();
  const judged = new Set<string>();
  const isNew = (path: string): boolean => !checked.has(path);
  for (let found = [program]; found.length > 0; found = [...analysis.roots].filter(isNew)) {
    await check(esbuild, found, analysis, dependencies);
    for (const path of found) checked.add(path);
    const assets = [...analysis.sources.values()].flatMap((source) => source.assets);
    for (const { target } of assets) {
      if (judged.has(target)) continue;
      judged.add(target);
      if (!runsInNode(target) || (await needsCompiling(esbuild, target, dependencies))) {
        analysis.entries.add(target);
        analysis.roots.add(target);
      }
    }
  }
  return analysis;
}

function emptyAnalysis(folder: string): Analysis {
  return {
    folder,
    sources: new Map(),
    entries: new Set(),
    roots: new Set(),
    imports: new Map(),
    resolved: new Map(),
    computed: new Set(),
    others: new Map(),
  };
}

/**
 * Tell whether JavaScript that is named by a URL has to be compiled: if it comes to TypeScript or to
 * tsmpi. Otherwise it stays as it is, for it may as well be data.
 */
async function needsCompiling(
  esbuild: Compiler,
  path: string,
  dependencies: Dependencies,
): Promise<boolean> {
  const trial = emptyAnalysis(dirname(path));
  try {
    await check(esbuild, [path], trial, dependencies);
  } catch (error) {
    if (isBuildFailure(error)) return false;
    throw error;
  }
  return (
    [...trial.sources.keys()].some((source) => !runsInNode(source)) ||
    [...trial.imports.values()].some(({ target }) => target.kind === 'runtime')
  );
}

async function check(
  esbuild: Compiler,
  entries: readonly string[],
  analysis: Analysis,
  dependencies: Dependencies,
): Promise<void> {
  const { metafile } = await esbuild.build({
    ...BUILD_OPTIONS,
    absWorkingDir: analysis.folder,
    entryPoints: entries.map((path, index) => ({ in: path, out: String(index) })),
    format: 'esm',
    metafile: true,
    plugins: [analysisPlugin(esbuild, analysis, dependencies)],
  });
  for (const source of analysis.sources.values()) {
    source.format =
      formatOf(source, metafile.inputs, analysis.folder, dependencies) ?? source.format;
  }
}

function analysisPlugin(esbuild: Compiler, analysis: Analysis, dependencies: Dependencies): Plugin {
  return {
    name: 'tsmpi',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async (args) => {
        if (args.kind === 'entry-point') return undefined;
        const target = await resolveImport(build, args, dependencies);
        if (target === undefined) return undefined;
        if (target.kind === 'mistake') return { errors: [{ text: target.text }] };
        const { importer, kind, path } = args;
        const imported = { importer, kind, path, target };
        if (kind === 'require-resolve') {
          analysis.resolved.set(importKey(args), imported);
          return { path, external: true };
        }
        analysis.imports.set(importKey(args), imported);
        if (target.kind === 'source' && standsAlone(target.path, args)) {
          analysis.roots.add(target.path);
          return { path: args.path, external: true };
        }
        // What esbuild is to open it must find itself, or it forgets the tsconfig.json.
        const isOpened = target.kind === 'source' || target.kind === 'inline';
        return isOpened ? undefined : { path: args.path, external: true };
      });
      build.onLoad({ filter: /.*/, namespace: 'file' }, async (args: OnLoadArgs) => {
        const { path } = args;
        const read = (file: string): string => dependencies.read(file).replace(/^\uFEFF/, '');
        const other = analysis.roots.has(path)
          ? undefined
          : standInForOther(args, analysis.computed, read);
        if (other !== undefined) {
          analysis.others.set(path, other);
          return other;
        }
        const text = read(path);
        const loader = loaderOf(path);
        if (!CODE.test(path)) return undefined;
        for (const folder of computedFolders(text, path)) {
          analysis.computed.add(folder);
          // A new file there needs a new compilation.
          dependencies.note('tree', folder);
        }
        await noteRequired(text, path, build, analysis, dependencies);
        const assets = await findAssetUrls(text, path, loader, esbuild, dependencies);
        analysis.sources.set(path, { path, text, loader, assets, format: 'esm' });
        return { contents: text, loader, resolveDir: dirname(path) };
      });
    },
  };
}

/** Note what a module gets by a `require` that it has made itself, of which esbuild knows nothing. */
async function noteRequired(
  text: string,
  importer: string,
  build: PluginBuild,
  analysis: Analysis,
  dependencies: Dependencies,
): Promise<void> {
  if (!text.includes('createRequire')) return;
  for (const [, , path = ''] of text.matchAll(/\brequire\(\s*(['"])([^'"\\\n]+)\1\s*\)/g)) {
    const imported = {
      importer,
      kind: 'require-call' as const,
      path,
      namespace: 'file',
      resolveDir: dirname(importer),
      pluginData: undefined,
      with: {},
    };
    const target = await resolveImport(build, imported, dependencies);
    if (target === undefined || target.kind === 'mistake') continue;
    analysis.resolved.set(importKey(imported), { importer, kind: imported.kind, path, target });
  }
}

/**
 * Tell whether an import cannot be checked in a bundle: it takes CommonJS as Node gives it, where
 * `default` is all of `module.exports`.
 */
function standsAlone(path: string, { kind }: OnResolveArgs): boolean {
  return isCommonJsName(path) && !kind.startsWith('require');
}

/**
 * Tell ECMAScript and CommonJS modules apart: by name, by package, and where neither says, by what
 * the module contains.
 */
function formatOf(
  { path }: Source,
  inputs: Metafile['inputs'],
  folder: string,
  dependencies: Dependencies,
): 'esm' | 'cjs' | undefined {
  if (isCommonJsName(path)) return 'cjs';
  if (/\.m[jt]s$/.test(path) || dependencies.packageType(dirname(path)) === 'module') return 'esm';
  const input = Object.entries(inputs).find(([name]) => resolve(folder, name) === path)?.[1];
  if (input === undefined) return undefined;
  return input.format ?? (extname(path) === '.js' ? 'cjs' : 'esm');
}

function loaderOf(path: string): Loader {
  switch (extname(path)) {
    case '.ts':
    case '.mts':
    case '.cts':
      return 'ts';
    case '.tsx':
      return 'tsx';
    case '.jsx':
      return 'jsx';
    default:
      return 'js';
  }
}

function importKey({ importer, kind, path }: Import): string {
  return `${kind}\n${importer}\n${path}`;
}
