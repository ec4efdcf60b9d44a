import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What some outputs are imported by in their place. */
const ENTRY = /\.entry\.mjs$/;

/**
 * Find the source of a program that is named by what it was compiled to: in a compiled module the URL of another one is that of
 * the output beside it.
 *
 * @param folder  that of the outputs
 * @returns the path itself for any other file
 */
export function sourceOf(path: string, folder: string): string {
  if (dirname(path) !== folder) return path;
  const outputs = ENTRY.test(path)
    ? [path.replace(ENTRY, '.mjs'), path.replace(ENTRY, '.cjs')]
    : [path];
  for (const output of outputs) {
    const source = firstSource(`${output}.map`);
    if (source !== undefined) return source;
  }
  return path;
}

/**
 * Find the file that a path stands for in a program that was built into another folder: beside `build/parent.js` there is no
 * `child.ts`, which the source names, but the `child.js` that was made of it.
 *
 * @returns the path itself if there is such a file, or if nothing was made of it
 */
export function builtOf(path: string): string {
  const built = path.replace(/\.([cm]?)tsx?$/, '.$1js');
  return built !== path && !existsSync(path) && existsSync(built) ? built : path;
}

function firstSource(map: string): string | undefined {
  try {
    const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: readonly string[] };
    return sources[0] === undefined ? undefined : fileURLToPath(sources[0]);
  } catch {
    return undefined;
  }
}
