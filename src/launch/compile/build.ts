import { dirname } from 'node:path';
import { analyse } from './analyse.ts';
import type { Compilation } from './cache.ts';
import { CompileError } from './compile-error.ts';
import { Dependencies } from './dependencies.ts';
import { emit } from './emit.ts';
import { errorText } from './error-text.ts';
import { isBuildFailure, withEsbuild } from './esbuild.ts';
import { nativeFiles } from './native-files.ts';
import { needsOf } from './needs.ts';
import type { Outside } from './outside.ts';

/**
 * Compile a program with esbuild: first see what belongs to it, then write it.
 *
 * @param program  the source file, links followed
 * @param cwd  error texts show paths inside it relative to it
 * @throws CompileError with the mistakes in the program
 */
export async function build(program: string, outside: Outside, cwd: string): Promise<Compilation> {
  const dependencies = new Dependencies();
  try {
    return await withEsbuild(async (esbuild) => {
      const analysis = await analyse(esbuild, program, dependencies);
      const { entry, files } = await emit(esbuild, analysis, program, outside);
      const native = outside.isPortable ? nativeFiles(analysis, dependencies) : [];
      return { entry, files, needs: needsOf(analysis, native), facts: dependencies.facts };
    });
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw new CompileError(errorText(error.errors, dirname(program), cwd));
  }
}
