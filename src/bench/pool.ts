import { callPlain, callTsrun, type Surroundings } from './call.ts';
import type { Series } from './options.ts';
import { measureBare } from './pool/bare.ts';
import { type Reading, readReadings } from './reading.ts';

/** What the programs name in a word. */
const WORDS: Readonly<Record<string, string>> = {
  list: 'fib of 38 to 33',
  equal: 'fib of 36, 8 times',
  empty: 'items of no work',
  start: 'until both have answered',
};

/**
 * Measure a pool of two workers: with ranks, with spawned processes, and beside them what two bare Node
 * processes reach without a pool.
 */
export async function measurePools(
  series: Series,
  seconds: number,
  surroundings: Surroundings,
): Promise<Reading[]> {
  const program = ['pool-rank', '--seconds', String(seconds)] as const;
  const ranks = await callTsrun(series, 3, program, surroundings);
  const spawned = await callPlain(program, surroundings);
  return [
    ...named(readReadings(ranks.stdout), 'ranks'),
    ...named(readReadings(spawned.stdout), 'spawned'),
    ...named(await measureBare(seconds, surroundings.signal), 'bare Node'),
  ];
}

function named(readings: readonly Reading[], workers: string): Reading[] {
  return readings.map((reading) => {
    return { ...reading, what: `${WORDS[reading.what ?? '']}, ${workers}` };
  });
}
