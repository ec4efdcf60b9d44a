import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
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
  let best: { name: string; distance: number } | undefined;
  for (const name of programsBeside(program)) {
    const sameStem = basename(name, extname(name)) === basename(wanted, extname(wanted));
    const distance = sameStem ? 0 : editDistance(wanted, name);
    if (distance <= 2 && distance < (best?.distance ?? 3)) best = { name, distance };
  }
  return best?.name;
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

/** Count the letters to insert, remove or replace to get from one word to the other (Levenshtein 1965). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
