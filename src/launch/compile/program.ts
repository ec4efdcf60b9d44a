import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { nearest } from '../../base/edit-distance.ts';
import { CompileError } from './compile-error.ts';
import { shownPath } from './shown-path.ts';

const EXTENSIONS: readonly string[] = '.ts .mts .cts .tsx .js .mjs .cjs .jsx'.split(' ');

/**
 * Find the file that a program's path stands for, links followed as Node follows them.
 *
 * @throws CompileError if there is no readable program, with a near name if there is one
 */
export function findProgram(program: string, cwd: string): string {
  const shown = shownPath(program, cwd);
  try {
    const real = realpathSync.native(program);
    if (statSync(real).isDirectory()) {
      throw new CompileError(`cannot read program '${shown}': it is a folder`);
    }
    const extension = extname(real);
    if (!EXTENSIONS.includes(extension)) {
      throw new CompileError(
        `cannot run '${shown}': ${extension === '' ? 'it has no extension' : `${extension} is not a known extension`}; ` +
          `programs end in ${EXTENSIONS.join(' ')}`,
      );
    }
    accessSync(real, constants.R_OK);
    return real;
  } catch (error) {
    if (error instanceof CompileError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const near = code === 'ENOENT' ? nearestName(program) : undefined;
    throw new CompileError(
      `cannot read program '${shown}': ${REASONS[code ?? ''] ?? message}` +
        (near === undefined
          ? ''
          : `; did you mean ${shownPath(join(dirname(program), near), cwd)}?`),
      { cause: error },
    );
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  ELOOP: 'its links run in a circle',
};

function nearestName(program: string): string | undefined {
  const wanted = basename(program);
  const stem = basename(wanted, extname(wanted));
  const names = programsBeside(program);
  return names.find((name) => basename(name, extname(name)) === stem) ?? nearest(wanted, names);
}

function programsBeside(program: string): string[] {
  try {
    return readdirSync(dirname(program))
      .filter((name) => EXTENSIONS.includes(extname(name)))
      .sort();
  } catch {
    return [];
  }
}
