import process from 'node:process';

/**
 * Milliseconds on a monotonic scale.
 *
 * No slower than to ask `performance`, for which Node would have to load all that it measures programs with, 1 ms of
 * processor time in each rank.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds * 1e-6;
}
