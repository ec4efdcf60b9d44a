import type { Runtime } from './resolve.ts';

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

/** List the bridges that entries must import, so that CommonJS modules among these find tsmpi. */
export function bridgesNeeded(texts: Iterable<string>): string[] {
  const all = [...texts].join('\n');
  const names = ['index', 'testing'] as const;
  return names.filter((name) => all.includes(`"${commonJsRuntime(name)}"`)).map(bridge);
}

/** Write the ECMAScript module that stands for a CommonJS module that is an entry. */
export function commonJsEntry(name: string, bridges: readonly string[]): string {
  const imports = bridges.map((specifier) => `import ${JSON.stringify(specifier)};\n`);
  const module = JSON.stringify(`./${name}`);
  return `${imports.join('')}export * from ${module};\nexport { default } from ${module};\n`;
}

/** Write the files that the given ones refer to without being made of the user's. */
export function supportFiles(
  files: ReadonlyMap<string, string>,
  runtime: Runtime,
): Map<string, string> {
  const all = [...files.values()].join('\n');
  const support: [specifier: string, text: string][] = [
    [REQUIRE, REQUIRE_TEXT],
    [RESOLVE, RESOLVE_TEXT.replace('RUNTIME', JSON.stringify(runtime))],
  ];
  for (const name of ['index', 'testing'] as const) {
    support.push([commonJsRuntime(name), '']);
    support.push([bridge(name), bridgeText(runtime[name], commonJsRuntime(name))]);
  }
  return new Map(
    support
      .filter(([specifier]) => all.includes(`"${specifier}"`))
      .map(([specifier, text]) => [specifier.slice(2), text]),
  );
}

function bridgeText(url: string, commonJs: string): string {
  return `import * as source from ${JSON.stringify(url)};
import exports from ${JSON.stringify(commonJs)};
for (const name of Object.keys(source)) {
  Object.defineProperty(exports, name, { enumerable: true, get: () => source[name] });
}
`;
}

/** Makes the \`require\` of a CommonJS module: for compiled modules ours, else that of its source. */
export const REQUIRE = './require.cjs';

const REQUIRE_TEXT = `'use strict';
const { createRequire } = require('node:module');
module.exports = (ours, source, main) => {
  const theirs = createRequire(source);
  const choose = (id) => (/^\\.\\/(?:\\d+~|tsmpi-)/.test(id) ? ours : theirs);
  const { cache, extensions } = theirs;
  const resolve = (id, options) => choose(id).resolve(id, options);
  resolve.paths = theirs.resolve.paths;
  return Object.assign((id) => choose(id)(id), { cache, extensions, main, resolve });
};
`;

/** Makes the \`import.meta.resolve\` of a module, which starts from its source. */
export const RESOLVE = './resolve.mjs';

const RESOLVE_TEXT = `import { createRequire, isBuiltin } from 'node:module';
import { pathToFileURL } from 'node:url';
const runtime = RUNTIME;
export const resolverOf = (source) => {
  const require = createRequire(source);
  return (specifier) => {
    if (specifier === 'tsmpi') return runtime.index;
    if (specifier === 'tsmpi/testing') return runtime.testing;
    if (/^\\.{0,2}\\//.test(specifier)) return new URL(specifier, source).href;
    if (isBuiltin(specifier)) return 'node:' + specifier.replace(/^node:/, '');
    if (URL.canParse(specifier)) return new URL(specifier).href;
    return pathToFileURL(require.resolve(specifier)).href;
  };
};
`;
