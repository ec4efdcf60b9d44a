import { dirname, extname, resolve } from 'node:path';
import type { OnLoadArgs, OnLoadResult } from 'esbuild';
import { CODE } from './facts.ts';

/** Name the folders in and below which lies what `import(`./plugins/${name}.ts`)` may mean. */
export function computedFolders(text: string, importer: string): string[] {
  const computed =
    /\b(?:import|require)\s*\(\s*(?:`(\.{1,2}\/[^`$]*)\$\{|(["'])(\.{1,2}\/[^"'\n]*)\2\s*\+)/g;
  return [...text.matchAll(computed)].map(([, template, , joined]) => {
    const prefix = template ?? joined ?? './';
    return resolve(dirname(importer), prefix.slice(0, prefix.lastIndexOf('/') + 1));
  });
}

/**
 * Stand in for a file that esbuild opens only because it lies in such a folder, and that is none of the
 * user's modules: an error where somebody does import it.
 *
 * @param folders  those of `computedFolders`
 * @param read  the text of a file
 * @returns undefined if the file is to be compiled, or is data
 */
export function standInForOther(
  { path, with: attributes }: Pick<OnLoadArgs, 'path' | 'with'>,
  folders: ReadonlySet<string>,
  read: (path: string) => string,
): OnLoadResult | undefined {
  const above = [...folders].filter((folder) => path.startsWith(`${folder}/`));
  if (above.length === 0) return undefined;
  // A package that is compiled, as it is TypeScript, may have such a folder itself.
  if (above.every((folder) => path.slice(folder.length).includes('/node_modules/'))) {
    return refusal(`${path} belongs to a package: import that by its name`);
  }
  // It declares types, and what it exports from need not be there.
  if (/\.d\.[cm]?ts$/.test(path)) return { contents: '', loader: 'js' };
  if (CODE.test(path) || attributes.type !== undefined) return undefined;
  if (extname(path) !== '.json') return refusal(`${path} is no code`);
  // A tsconfig.json has comments.
  return isJson(read(path)) ? undefined : refusal(`${path} is no JSON`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function refusal(why: string): OnLoadResult {
  const text = JSON.stringify(`cannot import what a computed path leads to: ${why}`);
  return { contents: `throw new TypeError(${text});`, loader: 'js' };
}
