import { isMainThread } from 'node:worker_threads';
import type { Koffi } from '../koffi/load.ts';

let isWatching = false;

/**
 * Let `process.exit` end the process though functions of C run: Node would wait for each of them.
 *
 * Only an error that nobody catches waits all the same, since Node prints it after all else.
 *
 * @param isRunning  tells whether any does
 */
export function endInSpiteOfC(koffi: Koffi, isRunning: () => boolean): void {
  // In a worker it is not the process that ends.
  if (isWatching || !isMainThread) return;
  isWatching = true;
  const end = koffi.load(null).func('void _exit(int)');
  let isFailing = false;
  process.on('uncaughtExceptionMonitor', () => {
    isFailing = process.listenerCount('uncaughtException') === 0;
  });
  process.on('exit', (code) => {
    if (isRunning() && !isFailing) end(process.exitCode ?? code);
  });
}
