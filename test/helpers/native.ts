import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openNative } from '../../src/native/native.ts';
import type { NativeFunctions } from '../../src/native/types.ts';
import { RANKS } from './run.ts';
import { tempFolder } from './temp-folder.ts';

/** The functions that tests call. */
export const SOURCE: string = join(RANKS, 'native.c');

/** Runs where there is a C compiler; elsewhere the title of what is skipped says that there is none. */
export function withCompiler(title: string, run: (t: ExecutionContext) => Promise<void>): void {
  if (HAS_COMPILER) test(title, run);
  else test.skip(`${title} (this machine has no C compiler)`, () => {});
}

/** Whether there is one. */
export const HAS_COMPILER: boolean = succeeds('cc', ['--version']);

/** Whether it knows OpenMP. */
export const HAS_OPENMP: boolean =
  HAS_COMPILER &&
  succeeds('cc', ['-fopenmp', '-shared', '-x', 'c', '/dev/null', '-o', '/dev/null']);

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A user's file of C, and a cache folder that is empty at first. */
export interface Place {
  readonly folder: string;
  readonly cache: string;
  path(name: string): string;
  write(name: string, text: string): void;
  open<const P extends Record<string, string>>(
    source: string,
    prototypes: P,
    flags?: readonly string[],
    compiler?: string,
  ): Promise<NativeFunctions<P>>;
}

/**
 * Make a folder for files of C.
 *
 * @param cache  where what is compiled is kept; in a folder of its own if left out
 */
export function place(t: ExecutionContext, cache: string = tempFolder(t)): Place {
  const folder = tempFolder(t);
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('caller.ts'), '');
  return {
    folder,
    cache,
    path,
    write: (name, text) => writeFileSync(path(name), text, { mode: 0o755 }),
    open: async <const P extends Record<string, string>>(
      source: string,
      prototypes: P,
      flags: readonly string[] = [],
      compiler?: string,
    ) => {
      const asking = { caller: { file: path('caller.ts') }, workshop: { compiler, folder: cache } };
      return (await openNative(source, prototypes, { flags }, asking)) as NativeFunctions<P>;
    },
  };
}
