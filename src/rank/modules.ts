import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type CompiledModules, MODULES_FILE } from '../control/modules.ts';
import type { RankProcess } from './process.ts';
import { builtOf } from './source-of.ts';

/** The modules of the user in this process, which tsrun has compiled: each has the URL of its source. */
export class Modules {
  readonly #rank: RankProcess | undefined;
  #compiled: CompiledModules | undefined;

  constructor(rank: RankProcess | undefined) {
    this.#rank = rank;
  }

  /** Whether a module is the one that this process was started with. */
  isProgram(url: string): boolean {
    const program = this.#rank?.start.program ?? process.argv[1];
    if (program === undefined) return false;
    try {
      const real = pathToFileURL(realpathSync.native(program)).href;
      return url === real || url === pathToFileURL(program).href;
    } catch {
      // On a host that has no such file the name must do.
      return url === pathToFileURL(program).href;
    }
  }

  /** Whether tsrun has compiled it with this program. */
  isCompiled(url: string): boolean {
    return this.isProgram(url) || Object.hasOwn(this.#modules(), url);
  }

  /** The URL of the source, if this is that of what a source was compiled to; in a program that was built, that of the file it has. */
  sourceOf(url: string): string {
    const folder = this.#folder();
    if (folder === undefined || !url.startsWith(`${folder}/`)) return builtUrlOf(url);
    const name = decodeURIComponent(url.slice(folder.length + 1));
    const found = Object.entries(this.#modules()).find(([, output]) => output === name);
    return found?.[0] ?? url;
  }

  /** Import a module by the URL of its source. @throws Error that says why that cannot be */
  async import(url: string): Promise<Readonly<Record<string, unknown>>> {
    const rank = this.#rank;
    if (rank === undefined) throw new Error('only ranks import modules by their sources');
    if (this.isProgram(url)) return (await rank.program()) as Record<string, unknown>;
    const output = this.#modules()[url];
    if (output !== undefined) return await this.#load(`${this.#folder()}/${output}`);
    if (/\.[cm]?js$/.test(url) || this.#nodeTakes(url)) return await this.#load(url);
    if (url.startsWith('file:') && !existsSync(fileURLToPath(url))) {
      throw new Error('there is no such file');
    }
    if (!rank.start.compiled) {
      const text = 'name what it was built into, or start the program with tsrun';
      throw new Error(`this Node takes no TypeScript: ${text}`);
    }
    throw new Error(
      `it is no part of ${rank.start.program}, and so was not compiled; import it there, or name it by new URL('./tasks.ts', import.meta.url)`,
    );
  }

  async #load(url: string): Promise<Readonly<Record<string, unknown>>> {
    return (await (this.#rank as RankProcess).load(url)) as Record<string, unknown>;
  }

  /** Whether Node strips types itself. */
  #nodeTakes(url: string): boolean {
    const { typescript } = process.features as { readonly typescript?: unknown };
    return /\.[cm]?ts$/.test(url) && Boolean(typescript);
  }

  /** The URL of the folder with what this program was compiled to. */
  #folder(): string | undefined {
    const compiled = this.#rank?.start.compiled;
    return compiled ? pathToFileURL(dirname(compiled)).href : undefined;
  }

  #modules(): CompiledModules {
    this.#compiled ??= this.#read();
    return this.#compiled;
  }

  #read(): CompiledModules {
    const folder = this.#folder();
    if (folder === undefined) return {};
    try {
      const text = readFileSync(join(fileURLToPath(folder), MODULES_FILE), 'utf8');
      return JSON.parse(text) as CompiledModules;
    } catch {
      return {};
    }
  }
}

function builtUrlOf(url: string): string {
  return url.startsWith('file:') ? pathToFileURL(builtOf(fileURLToPath(url))).href : url;
}
