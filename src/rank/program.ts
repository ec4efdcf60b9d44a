import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { RankStart } from '../control/message.ts';
import { writeAtOnce } from './output.ts';
import { enterRank, type Load, type RankProcess } from './process.ts';

/**
 * Run the compiled program as the rank that tsrun started this process for.
 *
 * @param load  imports the module of that URL
 * @param takePart  if this process is the worker of a pool: loads tsmpi
 */
export function runProgram(start: RankStart, load: Load, takePart?: () => unknown): RankProcess {
  const rank = enterRank(process, start, load, takePart !== undefined);
  writeAtOnce(process.stdout);
  writeAtOnce(process.stderr);
  // The program sees itself where the user wrote it, not where it was compiled to.
  process.argv[1] = start.program;
  takePart?.();
  rank.run(load(pathToFileURL(start.compiled).href));
  return rank;
}
