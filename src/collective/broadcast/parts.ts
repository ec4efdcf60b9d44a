import { bytesOf } from '../../base/array-kind.ts';
import { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';

/** A value that is brought to a rank in parts, as all know its kind and size. */
export interface Whole {
  readonly dataKind: number;
  readonly bytes: number;
}

/** Find the memory that the parts are put into, or come from. */
export function memoryFor(
  { dataKind, bytes }: Whole,
  value: Packed | undefined,
  room: Room | undefined,
): Packed {
  if (value !== undefined) return value;
  const into = room?.(dataKind, bytes);
  const memory = into === undefined ? new Uint8Array(bytes) : bytesOf(into).subarray(0, bytes);
  return new Packed(dataKind, memory);
}
