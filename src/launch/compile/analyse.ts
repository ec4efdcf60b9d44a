import { dirname, extname, resolve } from 'node:path';
import type { Loader, Metafile, OnLoadArgs, OnResolveArgs, Plugin } from 'esbuild';
import { type AssetUrl, findAssetUrls } from './asset-url.ts';
import { BUILD_OPTIONS } from './build-options.ts';
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
  readonly targets: Map<string, Target>;
}

type Import = Pick<OnResolveArgs, 'importer' | 'kind' | 'path'>;

/** Find what an import of an analysed program stands for. */
export function targetOf({ targets }: Analysis, imported: Import): Target | undefined {
  return targets.get(importKey(imported));
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
  const checked = new Set<string>();
  const isNew = (path: string): boolean => !checked.has(path);
  for (let found = [program]; found.length > 0; found = [...analysis.entries].filter(isNew)) {
    await check(esbuild, found, analysis, dependencies);
    for (const path of found) checked.add(path);
    const assets = [...analysis.sources.values()].flatMap((source) => source.assets);
    for (const { target } of assets) {
      if (analysis.entries.has(target)) continue;
      if (!runsInNode(target) || (await needsCompiling(esbuild, target, dependencies))) {
        analysis.entries.add(target);
      }
    }
  }
  return analysis;
}

function emptyAnalysis(folder: string): Analysis {
  return { folder, sources: new Map(), entries: new Set(), targets: new Map() };
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
    [...trial.targets.values()].some((target) => target.kind === 'runtime')
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
        if (args.kind === 'entry-point') return { path: args.path };
        const target = await resolveImport(build, args, dependencies);
        if (target === undefined) return undefined;
        if (target.kind === 'mistake') return { errors: [{ text: target.text }] };
        analysis.targets.set(importKey(args), target);
        switch (target.kind) {
          case 'runtime':
          case 'builtin':
          case 'external':
            return { path: args.path, external: true };
          case 'source':
            if (args.kind !== 'require-resolve') return { path: target.path };
            analysis.entries.add(target.path);
            return { path: args.path, external: true };
          case 'inline':
            return { path: target.path };
        }
      });
      build.onLoad({ filter: /.*/, namespace: 'file' }, async ({ path }: OnLoadArgs) => {
        const text = dependencies.read(path).replace(/^\uFEFF/, '');
        const loader = loaderOf(path);
        if (!CODE.test(path)) return undefined;
        noteGlobs(text, path, dependencies);
        const assets = await findAssetUrls(text, path, loader, esbuild, dependencies);
        analysis.sources.set(path, { path, text, loader, assets, format: 'esm' });
        return { contents: text, loader, resolveDir: dirname(path) };
      });
    },
  };
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

/** Note the files that `import(`./plugins/${name}.ts`)` may mean: a new one needs a new compilation. */
function noteGlobs(text: string, path: string, dependencies: Dependencies): void {
  const glob =
    /\b(?:import|require)\s*\(\s*(?:`(\.{1,2}\/[^`$]*)\$\{|(["'])(\.{1,2}\/[^"'\n]*)\2\s*\+)/g;
  for (const [, template, , joined] of text.matchAll(glob)) {
    const prefix = template ?? joined ?? './';
    dependencies.note('tree', resolve(dirname(path), prefix.slice(0, prefix.lastIndexOf('/') + 1)));
  }
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
