import type { TransportName } from '../control/message.ts';
import { UsageError } from './options/usage-error.ts';
import { type HostMemory, type MadePart, NoSegment } from './segment.ts';

/** What carries the messages of some processes. */
export interface ChosenTransport {
  readonly transport: TransportName;
  /** Their part of the shared memory, if that is what carries them. */
  readonly part: MadePart | undefined;
  /** Why an earlier one of those wanted, or a better place for the memory, cannot be had; empty if it could. */
  readonly lack: string;
}

/** Who is to share memory. */
export interface Sharing {
  readonly memory: HostMemory;
  readonly members: readonly number[];
  /** Those that are there already. */
  readonly elders: readonly number[];
}

/**
 * Take the first transport that can be had.
 *
 * @param wanted  in order of preference
 * @throws UsageError if none can be had
 */
export function chooseTransport(
  wanted: readonly TransportName[],
  { memory, members, elders }: Sharing,
): ChosenTransport {
  let lack = '';
  for (const transport of wanted) {
    if (transport !== 'shm') return { transport, part: undefined, lack };
    try {
      const part = memory.add(members, elders);
      return { transport, part, lack: part.lack };
    } catch (error) {
      if (!(error instanceof NoSegment)) throw error;
      lack = error.message;
    }
    // One alone talks to nobody yet.
    if (members.length + elders.length === 1) return { transport, part: undefined, lack: '' };
  }
  throw new UsageError(`--transport ${wanted.join()}: ${lack}; or take shm,zeromq`);
}

/** Say why the messages travel otherwise than was wanted. */
export function describeFallback({ transport, part, lack }: ChosenTransport): string {
  if (part !== undefined) return `the shared memory lies in ${part.folder}: ${lack}`;
  return `messages travel over ${transport}, not shm: ${lack}`;
}

/** Say what the ranks talk over, for `--verbose`. */
export function describeTransport({ transport, part: made }: ChosenTransport): string {
  if (made === undefined) return `messages over ${transport}`;
  const { part, bytes, folder } = made;
  const { members, elders, ringBytes, elderRingBytes } = part;
  const rings = [
    ...(members.length > 1 ? [`${ringBytes / 1024} KiB for each pair and direction`] : []),
    ...(elders.length > 0
      ? [`${elderRingBytes / 1024} KiB with each of the ${elders.length} others`]
      : []),
  ];
  if (rings.length === 0) return `messages over ${transport}`;
  return `messages over ${transport}: ${[`${bytes / 1024} KiB in ${folder}`, ...rings].join(', ')}`;
}
