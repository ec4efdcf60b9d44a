/** Make an array of so many bytes, and write to all of it. */
export function numbers(bytes: number, of: (i: number) => number): Float64Array {
  const length = bytes / Float64Array.BYTES_PER_ELEMENT;
  if (!Number.isInteger(length)) throw new Error(`${bytes} bytes are no whole number of doubles`);
  return Float64Array.from({ length }, (_, i) => of(i));
}

/** Throw unless two arrays of one kind hold the same. */
export function checkArray(brought: Float64Array | Uint8Array, expected: typeof brought): void {
  if (bytesOf(brought).equals(bytesOf(expected))) return;
  throw new Error(`${brought.byteLength} bytes came that are not what they should be`);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
