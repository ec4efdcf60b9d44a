import type { Readable } from 'node:stream';

/** More than any pipe holds: what comes after it was written after its process had ended. */
const PIPE_BYTES = 1024 * 1024;
/** How long a reader that takes nothing is waited for. */
const PAUSE_MS = 10;

/** Take what has arrived in a stream, and close it, though somebody still holds its other end. */
export function drain(source: Readable): void {
  let heard = 0;
  let left = PIPE_BYTES;
  source.on('data', (chunk: Buffer) => {
    heard += chunk.length;
  });
  // From one immediate to the next the event loop reads every pipe that holds anything.
  const look = (): void => {
    if (source.destroyed) return;
    left -= heard;
    const quiet = heard === 0;
    heard = 0;
    if (source.isPaused()) setTimeout(look, PAUSE_MS);
    else if (!quiet && left > 0) setImmediate(look);
    else source.destroy();
  };
  setImmediate(() => setImmediate(look));
}
