/** Functions for a pool, in a module of their own that knows nothing of pools. */
export function double(n: number): number {
  return 2 * n;
}
