import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where this package is installed. */
const ROOT = findRoot(new URL('.', import.meta.url));

function findRoot(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder;
  const parent = new URL('..', folder);
  if (parent.href === folder.href) throw new Error('tsmpi is not installed as a package');
  return findRoot(parent);
}

/** URL of the folder with the runtime: everything in it is ours, none of it the user's. */
export const LIBRARY: string = new URL('dist/', ROOT).href;

/** What `tsmpi` and `tsmpi/testing` stand for in a program, whatever it has installed itself. */
export const RUNTIME: { readonly index: string; readonly testing: string } = {
  index: new URL('dist/index.js', ROOT).href,
  testing: new URL('dist/testing.js', ROOT).href,
};

/** What each rank's process runs first. */
export const BOOTSTRAP: string = fileURLToPath(new URL('dist/bin/rank.cjs', ROOT));

/** The library itself, which that loads. */
export const RUNTIME_CODE: string = fileURLToPath(new URL('dist/runtime.cjs', ROOT));

/** The version of this package. */
export function readVersion(): string {
  const manifest = readFileSync(new URL('package.json', ROOT), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
