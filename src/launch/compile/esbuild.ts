import type * as Esbuild from 'esbuild';
import { reasonOf } from '../../base/error.ts';
import { CompileError } from './compile-error.ts';

/** The functions of esbuild that compile. */
export type Compiler = Pick<typeof Esbuild, 'build' | 'transform'>;

let users = 0;

/**
 * Run `use` with esbuild, whose process is started for it and stopped after the last of its users.
 *
 * @throws CompileError if esbuild cannot be started on this machine
 */
export async function withEsbuild<T>(use: (esbuild: Compiler) => Promise<T>): Promise<T> {
  const esbuild = await load();
  users += 1;
  try {
    return await use(esbuild);
  } catch (error) {
    // Mistakes in the program come with a list of them; anything else is esbuild's own trouble.
    if (error instanceof CompileError || isBuildFailure(error)) throw error;
    throw unavailable(error);
  } finally {
    users -= 1;
    if (users === 0) await esbuild.stop();
  }
}

/** Tell whether an error is esbuild's list of mistakes in the program. */
export function isBuildFailure(error: unknown): error is Esbuild.BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

async function load(): Promise<typeof Esbuild> {
  try {
    return await import('esbuild');
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(error: unknown): CompileError {
  const name = `@esbuild/${process.platform}-${process.arch}`;
  const reason = reasonOf(error).split('\n', 1)[0];
  return new CompileError(
    `cannot start esbuild, which compiles programs: ${reason}\n` +
      `Its package for this machine is ${name}: run 'npm install --include=optional' here, ` +
      'or remove node_modules and install again if it was copied from another kind of machine.',
    { cause: error },
  );
}
