/**
 * Paths to other modules that are written as URLs: `new Worker(new URL('./worker.ts', import.meta.url))`.
 *
 * Such a module is compiled too, and the URL becomes that of the result. Only literal paths of code
 * are seen; `new URL('./data.json', import.meta.url)` goes on meaning the user's file.
 */

import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Loader } from 'esbuild';
import type { Dependencies } from './dependencies.ts';
import type { Compiler } from './esbuild.ts';
import { CODE } from './facts.ts';

/** An expression in a source text whose value is the URL, or the path, of another module. */
export interface AssetUrl {
  readonly start: number;
  readonly end: number;
  /** What the value is made by: `new URL`, `import.meta.resolve` or `require.resolve`. */
  readonly by: 'url' | 'meta' | 'require';
  /** The path as it is written. */
  readonly specifier: string;
  /** The source file it names. */
  readonly target: string;
  /** The query and fragment of the URL. */
  readonly suffix: string;
}

const LITERAL = String.raw`(?:'([^'\\\n]+)'|"([^"\\\n]+)"|${'`'}([^${'`'}\\$]+)${'`'})`;
const SPACE = String.raw`(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/)*`;
const EXPRESSION = new RegExp(
  String.raw`\bnew\s+URL\(${SPACE}${LITERAL}${SPACE},${SPACE}import\.meta\.url${SPACE},?${SPACE}\)` +
    String.raw`|\b(?:import\.meta|require)\.resolve\(${SPACE}${LITERAL}${SPACE},?${SPACE}\)` +
    // A module that starts itself again: `new Worker(new URL(import.meta.url))`.
    String.raw`|(?<=\bnew\s+(?:\w+\.)?Worker\(\s*|\bfork\(\s*)(?:` +
    String.raw`(?:new\s+URL|(?:\w+\.)?fileURLToPath)\(\s*import\.meta\.url\s*\)` +
    String.raw`|import\.meta\.(?:url|filename)\b(?!\s*[.[(+]))`,
  'g',
);

/**
 * Find the URLs of modules in a source text.
 *
 * What looks like one may stand inside a string. So each is replaced by a property that nobody uses,
 * the text is compiled, and what was code has lost its padding.
 */
export async function findAssetUrls(
  text: string,
  path: string,
  loader: Loader,
  esbuild: Compiler,
  dependencies: Dependencies,
): Promise<AssetUrl[]> {
  const candidates = [...text.matchAll(EXPRESSION)].flatMap((match) => {
    const place = { start: match.index, end: match.index + match[0].length };
    const specifier = match.slice(1).find((part) => part !== undefined);
    if (specifier === undefined) {
      return [{ ...place, by: 'url' as const, specifier: '', target: path, suffix: '' }];
    }
    const by = makerOf(match[0]);
    // To the others a name without dots is a package, which is left to them.
    if (!(by === 'url' ? /^(?:\.{1,2}\/|[^:/]+$)/ : /^\.{1,2}\//).test(specifier)) return [];
    const module = moduleNamed(specifier, path, dependencies);
    return module === undefined ? [] : [{ ...place, ...module, by, specifier }];
  });
  if (candidates.length === 0) return [];
  try {
    const marked = markAssetUrls(text, candidates);
    const { code } = await esbuild.transform(marked, { loader, logLevel: 'silent' });
    return candidates.filter((_, index) => new RegExp(`\\$${index}_(?!\\s\\s)`).test(code));
  } catch {
    // The text has a mistake, which is reported where it is compiled.
    return [];
  }
}

/**
 * Replace each of these expressions by one that reads `import.meta.$0_`, `import.meta.$1_`, …
 *
 * What follows on the same line keeps its column, so that positions in stack traces stay right.
 */
export function markAssetUrls(text: string, assets: readonly AssetUrl[]): string {
  let marked = '';
  let end = 0;
  for (const [index, asset] of assets.entries()) {
    const head = `${asset.by === 'url' ? 'new URL' : ''}(import.meta.$${index}_  `;
    const lines = text.slice(asset.start, asset.end).split('\n');
    const last = lines.at(-1) ?? '';
    const expression =
      lines.length === 1
        ? `${head.padEnd(last.length - 1)})`
        : `${head}${'\n'.repeat(lines.length - 1)}${' '.repeat(last.length - 1)})`;
    marked += text.slice(end, asset.start) + expression;
    end = asset.end;
  }
  return marked + text.slice(end);
}

function makerOf(expression: string): AssetUrl['by'] {
  if (expression.startsWith('new')) return 'url';
  return expression.startsWith('import') ? 'meta' : 'require';
}

function moduleNamed(
  specifier: string,
  importer: string,
  dependencies: Dependencies,
): { target: string; suffix: string } | undefined {
  // An encoded slash is legal in a URL and in no path.
  if (/%2f/i.test(specifier)) return undefined;
  const url = new URL(specifier, pathToFileURL(importer));
  const path = fileURLToPath(url);
  dependencies.note('names', dirname(path));
  const target = existing(path);
  return target === undefined ? undefined : { target, suffix: url.search + url.hash };
}

function existing(path: string): string | undefined {
  // `./worker.js` may be written for `worker.ts`, as in an import.
  const source = path.replace(/\.([cm]?)js$/, '.$1ts');
  const found = [path, source, path.replace(/\.jsx?$/, '.tsx')].find(
    (name) => CODE.test(name) && statSync(name, { throwIfNoEntry: false })?.isFile(),
  );
  return found === undefined ? undefined : realpathSync.native(found);
}
