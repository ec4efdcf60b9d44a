import process from 'node:process';
import { clampExitCode } from '../base/exit-code.ts';
import { currentRank } from './process.ts';

/**
 * End all ranks of the job at once.
 *
 * @param code  exit code of tsrun, from 1 to 255; anything else is brought into that range
 * @see MPI-4.1 §9.3 MPI_Abort
 */
export function abort(code: number = 1): never {
  currentRank()?.abort(code);
  process.exit(clampExitCode(code));
}
