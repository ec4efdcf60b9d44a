import { callTsrun, type Surroundings } from './call.ts';
import type { Series } from './options.ts';
import { type Reading, readReadings } from './reading.ts';

/**
 * Measure how long it takes to have so many more processes, until they have passed a message around and finished, beside the launch
 * of as many ranks which do the same.
 */
export async function measureSpawn(
  series: Series,
  ranks: number,
  surroundings: Surroundings,
): Promise<Reading[]> {
  const { stdout } = await callTsrun(series, 1, ['spawn-rank', String(ranks)], surroundings);
  // The ring has printed, too.
  const spawned = readReadings(stdout.replace(/^P.*\n/gm, ''));
  const { ms: launch } = await callTsrun(series, ranks, ['launch-rank'], surroundings);
  const common = { test: 'spawn', ranks } as const;
  return [
    ...spawned,
    { ...common, what: 'launch', unit: 'milliseconds', value: launch },
    ...spawned.map(({ what, value }) => {
      return { ...common, what: `${what} / launch`, unit: 'ratio', value: value / launch } as const;
    }),
  ];
}
