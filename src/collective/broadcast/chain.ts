import type { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import type { Request } from '../../request/request.ts';
import { allSent, type Channel } from '../channel.ts';
import { memoryFor, type Whole } from './parts.ts';

/** Parts of this size are long enough to hide what a message costs. */
export const SEGMENT_BYTES: number = 128 * 1024;

/**
 * Bring a value from the root to all, along a chain, in parts.
 *
 * Each rank sends a part on while the next comes: p - 2 + s steps for s parts, and s (p - 1) messages, n bytes for each rank but the root. No
 * rank sends more than n bytes, however many there are.
 *
 * @param whole  kind and size, known to all
 * @param value  on the root alone
 * @param room  where the others want it
 * @see MPI-4.1 §6.4; Pješivac-Grbović et al. 2007
 */
export async function chain(
  channel: Channel,
  root: number,
  whole: Whole,
  value: Packed | undefined,
  room?: Room,
): Promise<Packed> {
  const { rank, size } = channel;
  const packed = memoryFor(whole, value, room);
  const { bytes } = packed;
  const next = (rank + 1) % size;
  const previous = (rank - 1 + size) % size;
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += SEGMENT_BYTES) {
    parts.push(bytes.subarray(start, start + SEGMENT_BYTES));
  }
  const receives =
    value === undefined ? parts.map((part) => channel.receivePacked(previous, () => part)) : [];
  const sends: Request<void>[] = [];
  for (const [n, part] of parts.entries()) {
    await receives[n];
    if (next !== root) sends.push(channel.send(part, next));
  }
  await allSent(sends);
  return packed;
}
