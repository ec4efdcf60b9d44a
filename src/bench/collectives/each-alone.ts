import { type Request, world, wtime } from 'tsmpi';
import type { Exercise } from '../pace.ts';

/** A collective call of which the time is asked. */
export interface Collective<T> {
  /** Let nothing that is left of the last batch pass for what the next one brings. */
  clear?(): void;
  call(): Request<T>;
  /** Throw if what the last call brought is not what it should have. */
  check?(brought: T): void;
}

/**
 * Time each call alone, with a barrier before it, as the OSU micro-benchmarks do.
 *
 * Back to back the ranks would run ahead of each other: the root of a broadcast has done its part when the
 * others have not begun theirs, and how long one call takes would not be seen.
 *
 * @param barrier  whether there is one before each call; what is timed may be a barrier itself
 */
export function eachAlone<T>(
  { clear = () => {}, call, check = () => {} }: Collective<T>,
  barrier = true,
): Exercise {
  let brought: T;
  let spent = 0;

  async function run(count: number): Promise<void> {
    spent = 0;
    await world.barrier();
    for (let i = 0; i < count; i += 1) {
      if (barrier) await world.barrier();
      const start = wtime();
      brought = await call();
      spent += wtime() - start;
    }
  }
  return {
    ranks: world.size,
    prepare: clear,
    run,
    counted: () => spent,
    check: () => check(brought),
  };
}
