import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metafile, OnLoadResult, OnResolveArgs, OutputFile, Plugin } from 'esbuild';
import { MODULES_FILE } from '../../control/modules.ts';
import { type Analysis, isRequire, type Source, targetOf } from './analyse.ts';
import { markAssetUrls } from './asset-url.ts';
import { BUILD_OPTIONS } from './build-options.ts';
import { bridgesNeeded, commonJsRuntime, entryText, supportFiles } from './commonjs.ts';
import type { Compiler } from './esbuild.ts';
import { finishModule } from './finish-module.ts';
import { EXTENSION, OutputNames } from './output-names.ts';
import type { Outside } from './outside.ts';
import type { Target } from './resolve.ts';
import { typeExports } from './type-exports.ts';

/**
 * Write each of a program's modules as one file that Node runs, with a source map.
 *
 * To esbuild every import leads outside: a module's text is compiled alone, its imports stay in their
 * order, and what they name is only looked up here.
 *
 * @returns the name of the file to import, and the text of all files by name
 */
export async function emit(
  esbuild: Compiler,
  analysis: Analysis,
  program: string,
  outside: Outside,
): Promise<{ entry: string; files: Map<string, string> }> {
  const bridges = bridgesNeeded(analysis);
  const names = new OutputNames(analysis, bridges.length > 0);
  const texts = new Map<string, string>();
  const exported = new Map<string, readonly string[]>();
  for (const group of together(analysis)) {
    const { outputFiles, metafile } = await emitGroup(esbuild, analysis, group, names, outside);
    for (const { path, text } of outputFiles) texts.set(basename(path), text);
    for (const [path, output] of Object.entries(metafile.outputs)) {
      exported.set(basename(path), output.exports);
    }
  }

  const files = new Map<string, string>();
  const types = typeExports(texts, exported);
  for (const [name, text] of texts) {
    const map = texts.get(`${name}.map`);
    if (map === undefined) continue;
    const finished = finishModule(name, text + (types.get(name) ?? ''), map, names);
    files.set(name, finished.text);
    files.set(`${name}.map`, finished.map);
  }
  for (const path of analysis.entries) {
    const name = names.module(path);
    if (names.entry(path) === name) continue;
    files.set(names.entry(path), entryText(name, bridges, exported.get(name), texts.get(name)));
  }
  for (const [name, text] of supportFiles(files, outside)) files.set(name, text);
  files.set(MODULES_FILE, compiledModules(analysis, names));
  return { entry: names.entry(program), files };
}

/** Say what to import for each module. */
function compiledModules({ sources, entries }: Analysis, names: OutputNames): string {
  const outputs = [...sources.keys()].sort().map((path) => {
    const name = entries.has(path) ? names.entry(path) : names.module(path);
    return [pathToFileURL(path).href, name];
  });
  return JSON.stringify(Object.fromEntries(outputs));
}

/** List which modules esbuild may print in one run. */
function together({ sources }: Analysis): Source[][] {
  // In a fixed order, so that the same program has the same outputs.
  const all = [...sources.keys()].sort().flatMap((path) => sources.get(path) ?? []);
  // esbuild would put what `require(`./${name}.cjs`)` may mean into the same output, and share among
  // modules a `require` that belongs to one.
  const isApart = ({ format, text }: Source): boolean =>
    format === 'cjs' || /\brequire\b/.test(text);
  const others = all.filter((source) => !isApart(source));
  return [...(others.length > 0 ? [others] : []), ...all.filter(isApart).map((source) => [source])];
}

async function emitGroup(
  esbuild: Compiler,
  analysis: Analysis,
  group: readonly Source[],
  names: OutputNames,
  outside: Outside,
): Promise<{ outputFiles: OutputFile[]; metafile: Metafile }> {
  const format = group[0]?.format ?? 'esm';
  return await esbuild.build({
    ...BUILD_OPTIONS,
    absWorkingDir: analysis.folder,
    entryPoints: group.map(({ path }) => ({
      in: path,
      out: basename(names.module(path), EXTENSION[format]),
    })),
    format,
    // What several outputs need of data and of esbuild's own functions exists once.
    splitting: format === 'esm',
    outExtension: { '.js': EXTENSION[format] },
    sourcemap: 'external',
    metafile: true,
    // esbuild renames a class that mentions itself, which would show wherever its name is printed.
    keepNames: true,
    define: { __filename: 'tsmpi_filename', __dirname: 'tsmpi_dirname' },
    plugins: [emitPlugin(analysis, group, names, outside)],
  });
}

function emitPlugin(
  analysis: Analysis,
  group: readonly Source[],
  names: OutputNames,
  outside: Outside,
): Plugin {
  return {
    name: 'tsmpi',
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) => {
        if (args.kind === 'entry-point') return undefined;
        if (names.has(args.path)) return { path: args.path, external: true };
        const target = targetOf(analysis, args);
        if (target === undefined) return undefined;
        if (target.kind === 'inline' && !isRequire(analysis, args)) return undefined;
        return { path: specifierOf(target, args, analysis, names, outside), external: true };
      });
      build.onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => {
        const source = analysis.sources.get(path);
        if (source === undefined) return analysis.others.get(path);
        if (!group.includes(source)) return standIn(names.module(path), source, group);
        return {
          contents: markAssetUrls(source.text, names.compiledUrls(source)),
          loader: source.loader,
        };
      });
    },
  };
}

/**
 * Lead to the output of a module that esbuild opens by itself, for `import(`./plugins/${name}.cts`)`,
 * and which is not one of those being printed.
 */
function standIn(name: string, source: Source, group: readonly Source[]): OnLoadResult {
  const specifier = JSON.stringify(`./${name}`);
  if (group[0]?.format === 'cjs') {
    return { contents: `module.exports = require(${specifier});`, loader: 'js' };
  }
  const hasDefault = source.format === 'cjs' || /\bdefault\b/.test(source.text);
  const byDefault = hasDefault ? `export { default } from ${specifier};` : '';
  return { contents: `export * from ${specifier}; ${byDefault}`, loader: 'js' };
}

/** How an import is written in the output. */
function specifierOf(
  target: Target,
  args: OnResolveArgs,
  analysis: Analysis,
  names: OutputNames,
  outside: Outside,
): string {
  switch (target.kind) {
    case 'runtime':
      return isRequire(analysis, args)
        ? commonJsRuntime(target.name)
        : outside.runtime[target.name];
    case 'builtin':
      return target.specifier === 'node:module' && !isRequire(analysis, args)
        ? outside.module.imported
        : target.specifier;
    case 'source':
      return `./${names.module(target.path)}`;
    case 'external':
    case 'inline':
      return isRequire(analysis, args)
        ? outside.required(target.path)
        : outside.imported(target.path);
  }
}
