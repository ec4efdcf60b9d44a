import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nearest } from '../base/edit-distance.ts';
import type { StackFilter } from './stack.ts';

const MISSING =
  /The requested module '(file:[^']*\/(index|native|pool|testing)\.js)' does not provide an export named '(\w+)'/g;

/** Where Node says which file of this library lacks an export, say what the program calls it, and what was probably meant. */
export function nameMissingExport(text: string, filter: StackFilter): string {
  return text.replaceAll(MISSING, (whole, url: string, file: string, name: string) => {
    if (!filter.isOurs(url)) return whole;
    const entry = file === 'index' ? 'tsmpi' : `tsmpi/${file}`;
    const there = exportsOf(url);
    const near = nearest(name, there);
    const meant = near === undefined ? '' : `; did you mean '${near}'?`;
    const example = there.includes('world') ? 'world' : (there[0] ?? '…');
    const byName = `; import by name: import { ${example} } from '${entry}'`;
    return `${entry} has no export '${name}'${name === 'default' ? byName : meant}`;
  });
}

/** The names in the one list of exports that such a file has; none if it cannot be read. */
function exportsOf(url: string): string[] {
  try {
    const [, list = ''] = /^export const \{([^}]*)\}/m.exec(
      readFileSync(fileURLToPath(url), 'utf8'),
    ) ?? [''];
    return list.split(',').map((name) => name.trim());
  } catch {
    return [];
  }
}
