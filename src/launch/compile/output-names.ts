import { basename, extname } from 'node:path';
import type { Analysis, Source } from './analyse.ts';
import type { AssetUrl } from './asset-url.ts';

/** The extension by which Node knows the format of an output. */
export const EXTENSION = { esm: '.mjs', cjs: '.cjs' } as const;

/** Names the files that a program is compiled to: all in one folder, the same for the same program. */
export class OutputNames {
  readonly #sources = new Map<string, Source>();
  readonly #names = new Map<string, string>();
  readonly #entries: ReadonlySet<string>;
  readonly #areBridged: boolean;

  constructor({ sources, entries }: Analysis, areBridged: boolean) {
    this.#areBridged = areBridged;
    this.#entries = entries;
    // esbuild meets files in no fixed order, so they are numbered by name.
    for (const [index, path] of [...sources.keys()].sort().entries()) {
      const source = sources.get(path);
      if (source === undefined) continue;
      const plain = basename(path, extname(path)).replace(/[^\w.-]/g, '_');
      const name = `${index}~${plain}${EXTENSION[source.format]}`;
      this.#names.set(path, name);
      this.#sources.set(name, source);
    }
  }

  /** The output of a module. */
  module(path: string): string {
    const name = this.#names.get(path);
    if (name === undefined) throw new Error(`tsmpi is at fault: ${path} was never analysed`);
    return name;
  }

  /** What to start or import to run a module that is an entry; not always the module itself. */
  entry(path: string): string {
    const name = this.module(path);
    const isModule = name.endsWith('.mjs') && !this.#areBridged;
    return isModule ? name : name.replace(/\.[cm]js$/, '.entry.mjs');
  }

  /** Tell whether a module is started by path or URL. */
  isEntry(path: string): boolean {
    return this.#entries.has(path);
  }

  /** Of the URLs in a module, those that become URLs of outputs. */
  compiledUrls({ assets }: Source): AssetUrl[] {
    return assets.filter(({ by, target }) => by !== 'require' && this.isEntry(target));
  }

  /** For `require.resolve` in a module: what the compiled modules among its arguments have become. */
  resolvedPaths({ assets }: Source): Record<string, string> {
    const compiled = assets.filter(({ by, target }) => by === 'require' && this.isEntry(target));
    return Object.fromEntries(
      compiled.map(({ specifier, target }) => [specifier, `./${this.entry(target)}`]),
    );
  }

  /** The module that an output is made of; undefined for what esbuild adds. */
  source(name: string): Source | undefined {
    return this.#sources.get(name);
  }

  /** Tell whether a specifier names one of the outputs. */
  has(specifier: string): boolean {
    return this.#sources.has(specifier.replace(/^\.\//, ''));
  }
}
