import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metafile, OnResolveArgs, OutputFile, Plugin } from 'esbuild';
import { type Analysis, type Source, targetOf } from './analyse.ts';
import { markAssetUrls } from './asset-url.ts';
import { BUILD_OPTIONS } from './build-options.ts';
import { bridgesNeeded, commonJsEntry, commonJsRuntime, supportFiles } from './commonjs.ts';
import type { Compiler } from './esbuild.ts';
import { finishModule } from './finish-module.ts';
import { EXTENSION, OutputNames } from './output-names.ts';
import type { Runtime, Target } from './resolve.ts';
import { typeExports } from './type-exports.ts';

/** Tells a module apart from the same file opened by esbuild itself, for `require(`./${name}.cjs`)`. */
const OWN = '?own';

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
  runtime: Runtime,
): Promise<{ entry: string; files: Map<string, string> }> {
  const names = new OutputNames(analysis);
  const texts = new Map<string, string>();
  const exported = new Map<string, readonly string[]>();
  for (const format of ['esm', 'cjs'] as const) {
    const { outputFiles, metafile } = await emitFormat(esbuild, analysis, names, format, runtime);
    for (const { path, text } of outputFiles) texts.set(basename(path), text);
    for (const [path, output] of Object.entries(metafile.outputs)) {
      exported.set(basename(path), output.exports);
    }
  }

  const files = new Map<string, string>();
  const bridges = bridgesNeeded(texts.values());
  const types = typeExports(texts, exported);
  for (const [name, text] of texts) {
    const map = texts.get(`${name}.map`);
    if (map === undefined) continue;
    const finished = finishModule(name, text + (types.get(name) ?? ''), map, names, bridges);
    files.set(name, finished.text);
    files.set(`${name}.map`, finished.map);
  }
  for (const path of analysis.entries) {
    const name = names.module(path);
    if (names.entry(path) !== name) files.set(names.entry(path), commonJsEntry(name, bridges));
  }
  for (const [name, text] of supportFiles(files, runtime)) files.set(name, text);
  return { entry: names.entry(program), files };
}

async function emitFormat(
  esbuild: Compiler,
  analysis: Analysis,
  names: OutputNames,
  format: Source['format'],
  runtime: Runtime,
): Promise<{ outputFiles: OutputFile[]; metafile: Metafile }> {
  const sources = [...analysis.sources.values()].filter((source) => source.format === format);
  if (sources.length === 0) return { outputFiles: [], metafile: { inputs: {}, outputs: {} } };
  return await esbuild.build({
    ...BUILD_OPTIONS,
    absWorkingDir: analysis.folder,
    entryPoints: sources.map(({ path }) => ({
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
    plugins: [emitPlugin(analysis, names, format, runtime)],
  });
}

function emitPlugin(
  analysis: Analysis,
  names: OutputNames,
  format: Source['format'],
  runtime: Runtime,
): Plugin {
  const own = format === 'cjs' ? OWN : '';
  return {
    name: 'tsmpi',
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) => {
        if (args.kind === 'entry-point') return { path: args.path, suffix: own };
        if (names.has(args.path)) return { path: args.path, external: true };
        const target = targetOf(analysis, args);
        if (target === undefined) return undefined;
        const isRequire =
          args.kind.startsWith('require') || (format === 'cjs' && args.kind !== 'dynamic-import');
        if (target.kind === 'inline' && !isRequire) return { path: target.path };
        return { path: specifierOf(target, args, isRequire, names, runtime), external: true };
      });
      build.onLoad({ filter: /.*/, namespace: 'file' }, ({ path, suffix }) => {
        const source = analysis.sources.get(path);
        if (source === undefined) return undefined;
        if (source.format === format && suffix === own) {
          return {
            contents: markAssetUrls(source.text, names.compiledAssets(source.assets)),
            loader: source.loader,
          };
        }
        const specifier = JSON.stringify(`./${names.module(path)}`);
        return {
          contents:
            format === 'esm'
              ? `export * from ${specifier}; export { default } from ${specifier};`
              : `module.exports = require(${specifier});`,
          loader: 'js',
        };
      });
    },
  };
}

/** How an import is written in the output. */
function specifierOf(
  target: Target,
  { kind }: OnResolveArgs,
  isRequire: boolean,
  names: OutputNames,
  runtime: Runtime,
): string {
  switch (target.kind) {
    case 'runtime':
      return isRequire ? commonJsRuntime(target.name) : runtime[target.name];
    case 'builtin':
      return target.specifier;
    case 'source':
      return `./${kind === 'require-resolve' ? names.entry(target.path) : names.module(target.path)}`;
    case 'external':
    case 'inline':
      return isRequire ? target.path : pathToFileURL(target.path).href;
  }
}
