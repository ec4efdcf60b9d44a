import { type Analysis, isRequire } from './analyse.ts';
import type { Outside } from './outside.ts';
import { ENTRIES, type Runtime } from './runtime.ts';

/**
 * How CommonJS modules reach tsmpi, which is an ECMAScript module and may still be loading when they
 * run: from an object that is filled before, by a bridge that every entry imports first.
 */
export function commonJsRuntime(name: keyof Runtime): string {
  return `./tsmpi-${name}.cjs`;
}

function bridge(name: keyof Runtime): string {
  return `./tsmpi-${name}.mjs`;
}

/** List what has to be imported before a program, so that its CommonJS modules find tsmpi. */
export function bridgesNeeded(analysis: Analysis): string[] {
  const wanted = new Set<string>();
  for (const imported of analysis.imports.values()) {
    const { target } = imported;
    if (target.kind === 'runtime' && isRequire(analysis, imported)) wanted.add(bridge(target.name));
  }
  return [...wanted].sort();
}

/**
 * Write the module that stands for one that cannot be an entry itself.
 *
 * Modules that are imported side by side do not wait for one another, so what needs a bridge is
 * imported when the bridge is there; then its exports have to be named.
 *
 * @param exported  the names that esbuild knows the module to export
 * @param text  the module
 */
export function entryText(
  name: string,
  bridges: readonly string[],
  exported: readonly string[] = [],
  text = '',
): string {
  const module = JSON.stringify(`./${name}`);
  if (bridges.length === 0) {
    return `export * from ${module};\nexport { default } from ${module};\n`;
  }
  const names = name.endsWith('.cjs') ? ['default', ...commonJsExports(text)] : exported;
  const lines = bridges.map((specifier) => `import ${JSON.stringify(specifier)};`);
  lines.push(`const module = await import(${module});`);
  for (const [index, exportedName] of [...new Set(names)].entries()) {
    const as = JSON.stringify(exportedName);
    lines.push(`const e${index} = module[${as}];`, `export { e${index} as ${as} };`);
  }
  return `${lines.join('\n')}\n`;
}

/** Find the exports of a CommonJS module by their looks, as Node does. */
function commonJsExports(text: string): string[] {
  const single = [...text.matchAll(/\bexports\.([\w$]+)\s*=/g)].map(([, name = '']) => name);
  const listed = [...text.matchAll(/\bmodule\.exports = \{([\w$,\s]*)\}/g)].flatMap(
    ([, list = '']) => list.split(',').map((name) => name.trim()),
  );
  return [...single, ...listed].filter((name) => name !== '' && name !== 'default');
}

/** Write the files that the given ones refer to without being made of the user's. */
export function supportFiles(
  files: ReadonlyMap<string, string>,
  outside: Outside,
): Map<string, string> {
  const all = [...files.values()].join('\n');
  const support: [specifier: string, text: string][] = [
    [REQUIRE, requireText(outside)],
    [RESOLVE, resolveText(outside)],
  ];
  for (const name of Object.values(ENTRIES)) {
    support.push([commonJsRuntime(name), '']);
    support.push([bridge(name), bridgeText(outside.runtime[name], commonJsRuntime(name))]);
  }
  return new Map([
    ...outside.files,
    ...support
      .filter(([specifier]) => all.includes(`"${specifier}"`))
      .map(([specifier, text]): [string, string] => [specifier.slice(2), text]),
  ]);
}

function bridgeText(url: string, commonJs: string): string {
  return `import * as source from ${JSON.stringify(url)};
import exports from ${JSON.stringify(commonJs)};
for (const name of Object.keys(source)) {
  Object.defineProperty(exports, name, { enumerable: true, get: () => source[name] });
}
`;
}

/**
 * Makes the `require` of a module: for what is compiled ours, for all else that of its source.
 * Compiled modules are asked for by the names of their outputs, or by a path that `paths` translates.
 */
export const REQUIRE = './require.cjs';

function requireText({ module }: Outside): string {
  return `'use strict';
const { createRequire } = require('${module.createRequire}');
module.exports = (ours, source, main, paths) => {
  const theirs = createRequire(source);
  const { cache, extensions } = theirs;
  const require = (id) => (/^\\.\\/(?:\\d+~|tsmpi-)/.test(id) ? ours : theirs)(id);
  const resolve = (id, options) =>
    Object.hasOwn(paths, id) ? ours.resolve(paths[id]) : theirs.resolve(id, options);
  resolve.paths = theirs.resolve.paths;
  return Object.assign(require, { cache, extensions, main, resolve });
};
`;
}

/** Makes the `import.meta.resolve` of a module, which starts from its source. */
export const RESOLVE = './resolve.mjs';

function resolveText({ runtime, module }: Outside): string {
  return `import { createRequire } from '${module.createRequire}';
import { isBuiltin } from 'node:module';
import { pathToFileURL } from 'node:url';
const runtime = new Map(${JSON.stringify(Object.entries(ENTRIES).map(([name, module]) => [name, runtime[module]]))});
export const resolverOf = (source) => {
  const require = createRequire(source);
  return (specifier) => {
    const entry = runtime.get(specifier);
    if (entry !== undefined) return new URL(entry, import.meta.url).href;
    if (/^\\.{0,2}\\//.test(specifier)) return new URL(specifier, source).href;
    if (isBuiltin(specifier)) return 'node:' + specifier.replace(/^node:/, '');
    if (URL.canParse(specifier)) return new URL(specifier).href;
    return pathToFileURL(require.resolve(specifier)).href;
  };
};
`;
}
