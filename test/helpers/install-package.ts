import { cpSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { temporaryFolder } from './run.ts';

const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));

/** Install the package once more, with these of its dependencies. @returns its tsrun */
export function installPackage(t: ExecutionContext, dependencies: readonly string[]): string {
  const folder = temporaryFolder(t);
  for (const name of ['dist', 'package.json']) {
    cpSync(join(PACKAGE, name), join(folder, name), { recursive: true });
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const name of dependencies) {
    const installed = realpathSync(join(PACKAGE, 'node_modules', name));
    symlinkSync(installed, join(folder, 'node_modules', name));
  }
  return join(folder, 'dist/bin/tsrun.js');
}
