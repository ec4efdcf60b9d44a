/** The part of Node's pipe streams that decides whether a write may be left for later. */
interface PipeStream {
  readonly _handle?: { setBlocking?(blocking: boolean): unknown } | null;
}

/**
 * Make writes to a pipe complete before they return.
 *
 * Otherwise what is still queued in the process is lost when it ends by `process.exit`.
 */
export function writeAtOnce(stream: object): void {
  (stream as PipeStream)._handle?.setBlocking?.(true);
}
