import { Packed } from './payload.ts';

/**
 * Several values in one message.
 *
 * A cell of eight bytes for each says its data kind and how long it is; then they follow, each at a multiple of eight, so that none is
 * moved when it is looked at. Both have data kinds of their own, above those of typed arrays, and are never a value of the user.
 */

/** The data kind of a bundle. */
export const BUNDLE = 32;
/** The data kind of a note. */
export const NOTE = 33;

const CELL_BYTES = 8;
const KINDS = 64;

/** Pack values into one message; a single one is its own bundle. */
export function bundle(values: readonly Packed[]): Packed {
  const { length } = values;
  if (length === 1) return values[0] as Packed;
  let bytes = length * CELL_BYTES;
  for (let n = 0; n < length; n += 1) bytes += padded((values[n] as Packed).bytes.length);
  const buffer = new ArrayBuffer(bytes);
  const cells = new Float64Array(buffer, 0, length);
  const memory = new Uint8Array(buffer);
  let position = length * CELL_BYTES;
  for (let n = 0; n < length; n += 1) {
    const { dataKind, bytes: content } = values[n] as Packed;
    cells[n] = content.length * KINDS + dataKind;
    memory.set(content, position);
    position += padded(content.length);
  }
  return new Packed(BUNDLE, memory);
}

/** Take apart a bundle of so many values. They show its memory, which must be its own. */
export function unbundle(packed: Packed, count: number): Packed[] {
  if (count === 1) return [packed];
  const { bytes } = packed;
  const cells = new Float64Array(bytes.buffer, bytes.byteOffset, count);
  const values: Packed[] = [];
  let position = count * CELL_BYTES;
  for (let n = 0; n < count; n += 1) {
    const cell = cells[n] as number;
    const length = Math.floor(cell / KINDS);
    values.push(new Packed(cell % KINDS, bytes.subarray(position, position + length)));
    position += padded(length);
  }
  return values;
}

/** Make what goes in place of a value that will follow in another way: numbers that say what it is. */
export function note(...numbers: readonly number[]): Packed {
  return new Packed(NOTE, new Uint8Array(Float64Array.from(numbers).buffer));
}

/** Read the numbers of a note; undefined for what is the value itself. */
export function readNote({ dataKind, bytes }: Packed): Float64Array | undefined {
  if (dataKind !== NOTE) return undefined;
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / CELL_BYTES);
}

/** The size of what is filled up to the next multiple of eight. */
function padded(bytes: number): number {
  return Math.ceil(bytes / CELL_BYTES) * CELL_BYTES;
}
