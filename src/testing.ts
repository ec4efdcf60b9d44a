import type { Communicator } from './comm/communicator.ts';
import { checkArguments, type RunRanksOptions } from './testing/options.ts';
import { Run } from './testing/run.ts';

export type { Spawned, SpawnedMain } from './testing/local-rank.ts';
export type { RunRanksOptions } from './testing/options.ts';

/**
 * Run a function as several ranks inside this process, and resolve to what each returned.
 *
 * The ranks are real but for their network: the same matching, protocols and errors as under tsrun, with
 * messages that arrive in an order and with delays that the seed decides. So a test can go through
 * thousands of schedules a second, and a failure comes back with its seed.
 *
 * @param main  runs once per rank, with that rank's world
 * @throws the first error of a rank; what the others wait in then rejects with `ERR_PROC_FAILED`
 * @throws MpiError `ERR_TIMEOUT` with what every rank waits in, if nothing moves any more
 */
export async function runRanks<T>(
  size: number,
  main: (world: Communicator) => T | Promise<T>,
  options: RunRanksOptions = {},
): Promise<T[]> {
  checkArguments(size, main, options);
  const run = new Run(size, options);
  return await run.start(main);
}
