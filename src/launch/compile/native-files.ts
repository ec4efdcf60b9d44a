import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Analysis, Source } from './analyse.ts';
import type { Dependencies } from './dependencies.ts';
import type { Need } from './outside.ts';

const QUOTED_C = /(['"`])([^'"`\n$]+\.c)\1/g;
const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm;

/**
 * List the files of C that a program compiles where it runs, with the headers that they include.
 *
 * They are those that a module which imports `tsmpi/native` has between quotes, as in `native('./fib.c', …)`, and that
 * are there; a text that only looks like one costs a file too many.
 */
export function nativeFiles(analysis: Analysis, dependencies: Dependencies): Need[] {
  const needs: Need[] = [];
  for (const source of importersOfNative(analysis)) {
    for (const [, , specifier = ''] of source.text.matchAll(QUOTED_C)) {
      const file = resolve(dirname(source.path), specifier);
      for (const found of withHeaders(file, dependencies)) {
        needs.push({ importer: source.path, specifier: found, file: found });
      }
    }
  }
  return needs;
}

function importersOfNative({ imports, sources }: Analysis): Set<Source> {
  const found = new Set<Source>();
  for (const { importer, target } of imports.values()) {
    const source = sources.get(importer);
    if (target.kind === 'runtime' && target.name === 'native' && source !== undefined) {
      found.add(source);
    }
  }
  return found;
}

/** The file and what it includes with quotes, as far as that is there. */
function withHeaders(file: string, dependencies: Dependencies): Set<string> {
  const found = new Set<string>();
  const visit = (path: string): void => {
    // What is not there yet may come, and what is there may include more.
    dependencies.note('content', path);
    if (found.has(path) || !existsSync(path)) return;
    found.add(path);
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(INCLUDE)) {
      visit(resolve(dirname(path), name));
    }
  };
  visit(file);
  return found;
}
