import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Source } from './analyse.ts';
import { REQUIRE, RESOLVE } from './commonjs.ts';
import type { OutputNames } from './output-names.ts';

/**
 * Make what esbuild printed ready to run: one line before it gives the module what it expects to know
 * of its own file, and the source map is moved by that line and names the user's file.
 */
export function finishModule(
  name: string,
  text: string,
  map: string,
  names: OutputNames,
): { text: string; map: string } {
  const source = names.source(name);
  const code = cheaperNames(text).replace(/^#!/, '//');
  const statements = source === undefined ? [] : prologueOf(source, code, names);
  const prologue = statements.map((statement) => `${statement};`).join('');
  return {
    text: `${prologue}\n${code}//# sourceMappingURL=${name}.map\n`,
    map: movedMap(map, source),
  };
}

function prologueOf(source: Source, code: string, names: OutputNames): string[] {
  const { path, format } = source;
  const statements: string[] = [];
  if (format === 'cjs') {
    // A directive counts only as the first statement.
    if (code.startsWith('"use strict";')) statements.push('"use strict"');
    const main = names.isEntry(path) ? 'module' : 'require.main';
    statements.push(
      `require=require("${REQUIRE}")(require,${requireArguments(source, main, names)})`,
    );
  } else {
    statements.push(
      ...requireStatements(source, code, names),
      ...metaStatements(source, code, names),
    );
  }
  if (code.includes('tsmpi_filename')) {
    statements.push(`const tsmpi_filename=${JSON.stringify(path)}`);
  }
  if (code.includes('tsmpi_dirname')) {
    statements.push(`const tsmpi_dirname=${JSON.stringify(dirname(path))}`);
  }
  return statements;
}

/** Let `import.meta` tell of the user's file. It is an ordinary object, one for each module. */
function metaStatements(source: Source, code: string, names: OutputNames): string[] {
  if (!code.includes('import.meta')) return [];
  const { path } = source;
  const url = pathToFileURL(path).href;
  const meta: Record<string, string> = {
    url: JSON.stringify(url),
    filename: JSON.stringify(path),
    dirname: JSON.stringify(dirname(path)),
  };
  // Read while `import.meta.url` is still that of the output, beside which the others lie.
  for (const [index, { target, suffix }] of names.compiledUrls(source).entries()) {
    const specifier = JSON.stringify(`./${names.entry(target)}${suffix}`);
    meta[`$${index}_`] = `new URL(${specifier},import.meta.url).href`;
  }
  const statements: string[] = [];
  if (code.includes('import.meta.resolve')) {
    statements.push(`import{resolverOf as tsmpi_resolverOf}from"${RESOLVE}"`);
    meta.resolve = `tsmpi_resolverOf(${JSON.stringify(url)})`;
  }
  const properties = Object.entries(meta).map(([name, value]) => `${name}:${value}`);
  return [...statements, `Object.assign(import.meta,{${properties.join()}})`];
}

/** Give esbuild's stand-in for `require` one to call. The user's own of that name has another by now. */
function requireStatements(source: Source, code: string, names: OutputNames): string[] {
  if (!code.includes('typeof require')) return [];
  const ours = 'tsmpi_createRequire(import.meta.url)';
  return [
    'import{createRequire as tsmpi_createRequire}from"node:module"',
    `import tsmpi_require from"${REQUIRE}"`,
    `const require=tsmpi_require(${ours},${requireArguments(source, 'undefined', names)})`,
  ];
}

function requireArguments(source: Source, main: string, names: OutputNames): string {
  return `${JSON.stringify(source.path)},${main},${JSON.stringify(names.resolvedPaths(source))}`;
}

/**
 * Set the name of a function only where it is wrong.
 *
 * esbuild's own helper defines the property for every function that gets its name from a variable,
 * each time one is made, which costs a closure in a hot loop many times what it costs to make it.
 */
function cheaperNames(code: string): string {
  return code.replace(
    '__name = (target, value) => __defProp(',
    '__name = (target, value) => target.name === value ? target : __defProp(',
  );
}

function movedMap(map: string, source: Source | undefined): string {
  const { mappings, sources, sourcesContent, names } = JSON.parse(map) as {
    mappings: string;
    sources: string[];
    sourcesContent: string[];
    names: string[];
  };
  // Besides the module there may be data that was inlined, which has no lines to stop at.
  const isOwn = (index: number): boolean => sources.length === 1 || index === sources.length - 1;
  return JSON.stringify({
    version: 3,
    sources: sources.map((name, index) =>
      source !== undefined && isOwn(index) ? pathToFileURL(source.path).href : name,
    ),
    sourcesContent: sourcesContent.map((text, index) =>
      source !== undefined && isOwn(index) ? source.text : text,
    ),
    names,
    // Each ';' is a line of the output: the prologue is one that comes from nowhere.
    mappings: `;${mappings}`,
  });
}
