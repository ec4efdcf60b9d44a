import { existsSync } from 'node:fs';
import { callTsrun, type Surroundings } from './call.ts';
import type { Series } from './options.ts';
import { type Reading, readReadings } from './reading.ts';

/**
 * Measure how much of a processor a rank takes that waits in receive.
 *
 * @returns nothing where the system does not tell how long a thread has run
 */
export async function measureIdle(series: Series, surroundings: Surroundings): Promise<Reading[]> {
  if (!existsSync('/proc/self/schedstat')) return [];
  return readReadings((await callTsrun(series, 2, ['idle-rank'], surroundings)).stdout);
}
