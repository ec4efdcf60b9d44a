/** The part of Node's pipe streams that decides whether a write may be left for later. */
interface PipeStream {
  readonly _handle?: { setBlocking?(blocking: boolean): unknown } | null;
}

/**
 * Make writes to these pipes complete before they return.
 *
 * Otherwise what is still queued in the process is lost when the program calls `process.exit`.
 */
export function writeAtOnce(...streams: object[]): void {
  for (const stream of streams) (stream as PipeStream)._handle?.setBlocking?.(true);
}
