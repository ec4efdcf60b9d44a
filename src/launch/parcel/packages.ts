import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MIRROR } from '../../control/message.ts';
import type { Need } from '../compile/outside.ts';
import { ENTRIES, type Runtime } from '../compile/runtime.ts';
import type { Content } from './parcel.ts';

/**
 * Gather what a program loads besides its own modules: packages, those that they depend on, and files
 * that are neither.
 *
 * All have the paths that they have here, in a folder of the parcel, and links stay links: so Node finds
 * there what it would find here, in the layout of whatever installed it. Packages are taken whole, since
 * they may load what they name only at run time.
 *
 * @param runtime  the modules that stand for tsmpi where a package depends on it
 */
export function packageContents(needs: readonly Need[], runtime: Runtime): Content[] {
  const mirror = new Mirror(runtime);
  for (const { importer, specifier, file } of needs) {
    const folder = PACKAGE.exec(file)?.[0];
    if (folder === undefined) {
      mirror.add({ name: mirrored(file), file });
      continue;
    }
    mirror.addPackage(folder);
    const name = PACKAGE_NAME.exec(specifier)?.[0];
    if (name !== undefined) mirror.addDependency(dirname(importer), name);
  }
  return mirror.contents;
}

/** The innermost folder of a package in a path. */
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
/** The package that a specifier names, unless it is a path or an alias. */
const PACKAGE_NAME = /^(?![./#])(?:@[^/]+\/)?[^/]+/;

function mirrored(path: string): string {
  return `${MIRROR}${path}`;
}

class Mirror {
  readonly #contents = new Map<string, Content>();
  readonly #packages = new Set<string>();
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get contents(): Content[] {
    return [...this.#contents.values()];
  }

  add(content: Content): void {
    this.#contents.set(content.name, content);
  }

  /** @param folder  links followed */
  addPackage(folder: string): void {
    if (this.#packages.has(folder)) return;
    this.#packages.add(folder);
    this.#addFiles(folder);
    for (const name of dependenciesOf(folder)) this.addDependency(folder, name);
  }

  /** Add the package that this name stands for in a folder, if it is installed. */
  addDependency(folder: string, name: string): void {
    for (let at = folder; ; at = dirname(at)) {
      const found = join(at, 'node_modules', name);
      if (existsSync(found)) {
        this.#addFound(found, name);
        return;
      }
      if (at === dirname(at)) return;
    }
  }

  #addFound(found: string, name: string): void {
    if (name === 'tsmpi') {
      this.#addRuntime(mirrored(found));
      return;
    }
    const real = realpathSync(found);
    if (real !== found) this.add({ name: mirrored(found), link: relative(dirname(found), real) });
    this.addPackage(real);
  }

  /** A tsmpi that leads to that of the rank: there must be no second one. */
  #addRuntime(name: string): void {
    const manifest = {
      name: 'tsmpi',
      type: 'module',
      exports: Object.fromEntries(
        Object.entries(ENTRIES).map(([entry, module]) => [
          entry.replace('tsmpi', '.'),
          `./${module}.js`,
        ]),
      ),
    };
    const files = [['package.json', JSON.stringify(manifest)]];
    for (const [module, text] of Object.entries(this.#runtime)) files.push([`${module}.js`, text]);
    for (const [file, text = ''] of files) {
      this.add({ name: `${name}/${file}`, data: Buffer.from(text) });
    }
  }

  #addFiles(folder: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      // What is installed inside of a package is one of its own, or of no concern to it.
      if (entry.name === 'node_modules' || entry.name === '.git') continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) this.#addFiles(path);
      else if (isFile(path)) this.add({ name: mirrored(path), file: path });
    }
  }
}

/** Tell whether a path leads to a file that can be copied. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function dependenciesOf(folder: string): string[] {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Partial<
      Record<string, Record<string, string>>
    >;
    const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies'];
    return [...new Set(kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {})))];
  } catch {
    return [];
  }
}
