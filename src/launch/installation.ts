import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Runtime, runtimeOf } from './compile/runtime.ts';

/** Where a tsmpi is installed, as a package or as a copy of one that lacks what hosts do not need. */
export interface Installation {
  /** Path of the folder with the package.json. */
  readonly root: string;
  /** URL of the folder with the runtime: everything in it is ours, none of it the user's. */
  readonly library: string;
  /** What `tsmpi`, `tsmpi/testing` and so on stand for in a program, whatever it has installed itself. */
  readonly runtime: Runtime;
  /** What each rank's process runs first. */
  readonly bootstrap: string;
  /** The program of workers that only load a module which Node takes as it is: there is nothing in it to compile. */
  readonly worker: string;
  /** The library itself, which that loads. */
  readonly runtimeCode: string;
}

/** @param root  URL of the folder with the package.json */
export function installationAt(root: URL): Installation {
  const file = (path: string): string => fileURLToPath(new URL(path, root));
  return {
    root: fileURLToPath(root),
    library: new URL('dist/', root).href,
    runtime: runtimeOf((name) => new URL(`dist/${name}.js`, root).href),
    bootstrap: file('dist/bin/rank.cjs'),
    worker: file('dist/bin/worker.js'),
    runtimeCode: file('dist/runtime.cjs'),
  };
}

/** The tsmpi that this code belongs to. @throws Error if it is not installed as a package */
export function ownInstallation(): Installation {
  return installationAt(findRoot(new URL('.', import.meta.url)));
}

function findRoot(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder;
  const parent = new URL('..', folder);
  if (parent.href === folder.href) throw new Error('tsmpi is not installed as a package');
  return findRoot(parent);
}

/** The version of a tsmpi. */
export function versionOf({ root }: Installation): string {
  const manifest = readFileSync(`${root}package.json`, 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
