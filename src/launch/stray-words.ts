import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { nearest } from '../base/edit-distance.ts';
import { shown } from './options/quote.ts';
import { type ProgramOptions, UsageError } from './options.ts';

/** What tsrun does besides running a job, by its first word. */
const COMMANDS = ['bench', 'doctor', 'join'];
/** What other commands print so; here these are options. */
const PRINTED = ['help', 'version'];

/**
 * Refuse what stands where a program belongs and is none, if it is clear what was meant.
 *
 * @throws UsageError
 */
export function checkProgramWords(programs: readonly ProgramOptions[], cwd: string): void {
  for (const { program, args } of programs) {
    if (extname(program) !== '' || existsSync(resolve(cwd, program))) continue;
    if (PRINTED.includes(program)) {
      throw new UsageError(`${shown(program)} is no program; did you mean tsrun --${program}?`);
    }
    const command = nearest(program, COMMANDS);
    if (command !== undefined) {
      throw new UsageError(`${shown(program)} is no program; did you mean tsrun ${command}?`);
    }
    const [next = ''] = args;
    if (/\.[cm]?[jt]sx?$/.test(next)) {
      throw new UsageError(
        `${shown(program)} is no program, and stands before ${next}; only options of tsrun do, see tsrun --help`,
      );
    }
  }
}

/** Say that a number of ranks stands behind the program, where it is one of the program's own words; undefined if none does. */
export function describeStrayCount(programs: readonly ProgramOptions[]): string | undefined {
  const [{ program, args, ranksGiven }] = programs as readonly [ProgramOptions];
  const [option = '', count = ''] = args;
  const isCount = /^--?np?$/.test(option) && /^\d+$/.test(count);
  if (programs.length > 1 || ranksGiven || !isCount) return undefined;
  return `${option} ${count} stands behind ${program}, so it is for the program; for ${count} ranks: tsrun -n ${count} ${program}`;
}
