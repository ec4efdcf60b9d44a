import process from 'node:process';
import { foreignLauncher } from '../base/environment.ts';
import { MpiError } from '../base/error.ts';
import type { RankStart } from '../control/message.ts';
import { ownerOfRank } from './process.ts';

/** A program that was started by plain `node`. */
export const ALONE: RankStart = {
  rank: 0,
  size: 1,
  program: '',
  compiled: '',
  transport: 'zeromq',
  folder: '',
  library: '',
  eagerBytes: 32 * 1024,
};

/** A world of one rank. */
export interface Alone {
  /** The event loop has run empty. */
  idle(): void;
  /** Those that are called pools have ranks of their own. */
  readonly pools: { readonly known: boolean };
}

/**
 * Make sure that a process that tsrun did not start is meant to be a world of one rank, and say that it is.
 *
 * @param world  gives it; asked once its program has run its first lines
 * @throws MpiError `ERR_OTHER` if it belongs to others, or in a worker thread
 */
export function startAlone(world: () => Alone): void {
  checkThread();
  const owner = ownerOfRank();
  if (owner !== undefined) {
    throw new MpiError(
      'ERR_OTHER',
      `a second tsmpi was loaded, ${import.meta.url}, in a rank that belongs to ${owner}; each would have ranks of its own: install tsmpi once, where all that use it find it, and start the program with its own tsrun: npx tsrun program.ts`,
    );
  }
  const launcher = foreignLauncher(process.env);
  if (launcher !== undefined) {
    throw new MpiError(
      'ERR_OTHER',
      `${launcher} started this process as one of several, and they cannot find each other by themselves; have it start tsrun join: ${launcher} -n 4 npx tsrun join program.ts, or start the ranks with tsrun itself: npx tsrun -n 4 program.ts`,
    );
  }
  queueMicrotask(() => {
    if (world().pools.known) return;
    process.stderr.write(
      'tsmpi: this world has 1 rank; for more, start the program with tsrun: npx tsrun -n 4 program.ts\n',
    );
  });
  process.on('beforeExit', () => world().idle());
}

/** @throws MpiError `ERR_OTHER` in a worker thread */
function checkThread(): void {
  // That takes 2 ms to load, and in a rank nobody asks.
  const { isMainThread } = process.getBuiltinModule('node:worker_threads');
  if (!isMainThread) {
    throw new MpiError(
      'ERR_OTHER',
      'tsmpi was imported in a worker thread: only the main thread of a process is a rank; pass values to the worker instead',
    );
  }
}
