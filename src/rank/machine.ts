import { hostname } from 'node:os';
import process from 'node:process';

/** Name of the machine that this rank runs on. @see MPI-4.1 §9.1.2 */
export const processorName: string = hostname();

/** Seconds on a monotonic clock that all ranks of one machine share. @see MPI-4.1 §9.6 */
export function wtime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds + nanoseconds * 1e-9;
}
