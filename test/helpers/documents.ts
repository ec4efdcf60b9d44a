import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run-example.ts';

/** The cells of the tables in these lines, without their heads. */
export function rows(lines: readonly string[]): string[][] {
  return lines
    .filter((line, index) => line.startsWith('| ') && !/^\| ?---/.test(lines[index + 1] ?? ''))
    .filter((line) => !/^\| ?---/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

/** What stands between backquotes. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');
}

/** What a module of the library exports: values, and types. */
export function readExports(module: string): { values: string[]; types: string[] } {
  const text = readFileSync(join(ROOT, module), 'utf8');
  const own = text.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm);
  const values: string[] = [...own].map(([, name]) => name ?? '');
  const types: string[] = [];
  for (const [, allTypes, list = ''] of text.matchAll(/export (type )?\{([^}]*)\}/g)) {
    for (const item of list.split(',').map((part) => part.trim())) {
      if (item === '') continue;
      const isType = allTypes !== undefined || item.startsWith('type ');
      (isType ? types : values).push(item.replace(/^type /, ''));
    }
  }
  return { values, types };
}
