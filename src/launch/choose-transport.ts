import type { TransportName } from '../control/message.ts';
import { UsageError } from './options/usage-error.ts';
import { makeSegment, NoSegment, type Segment, type SegmentPlaces } from './segment.ts';

/** What carries the messages of a job. */
export interface ChosenTransport {
  readonly transport: TransportName;
  /** The shared memory, if that is what carries them. */
  readonly segment: Segment | undefined;
  /** Why an earlier one of those wanted, or a better place for the memory, cannot be had; empty if it could. */
  readonly lack: string;
}

/**
 * Take the first transport that can be had.
 *
 * @param wanted  in order of preference
 * @throws UsageError if none can be had
 */
export function chooseTransport(
  wanted: readonly TransportName[],
  size: number,
  places: SegmentPlaces = {},
): ChosenTransport {
  let lack = '';
  for (const transport of wanted) {
    if (transport !== 'shm' || size === 1) return { transport, segment: undefined, lack };
    try {
      const segment = makeSegment(size, places);
      return { transport, segment, lack: segment.lack };
    } catch (error) {
      if (!(error instanceof NoSegment)) throw error;
      lack = error.message;
    }
  }
  throw new UsageError(`--transport ${wanted.join()}: ${lack}; or take shm,zeromq`);
}

/** Say why the messages travel otherwise than was wanted. */
export function describeFallback({ transport, segment, lack }: ChosenTransport): string {
  if (segment !== undefined) return `the shared memory lies in ${segment.folder}: ${lack}`;
  return `messages travel over ${transport}, not shm: ${lack}`;
}

/** Say what the ranks talk over, for `--verbose`. */
export function describeTransport({ transport, segment }: ChosenTransport): string {
  if (segment === undefined) return `messages over ${transport}`;
  const { ringBytes, bytes, folder } = segment;
  return `messages over ${transport}: ${bytes / 1024} KiB in ${folder}, ${ringBytes / 1024} KiB for each pair and direction`;
}
