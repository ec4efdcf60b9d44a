/**
 * Make an array for messages, and write to all of it.
 *
 * Memory that was never written is one page of zeros, however large it is: it would be sent out of the
 * processor's cache. It lies where a user's own would: with glibc, arrays from 128 KiB begin 16 bytes
 * behind the start of a page, where some processors copy more slowly than at its start.
 */
export function writtenArray(bytes: number): Uint8Array {
  return new Uint8Array(bytes).fill(1);
}

/** Put a mark at both ends of an array. */
export function mark(array: Uint8Array, value: number): void {
  if (array.length === 0) return;
  array[0] = value;
  array[array.length - 1] = value;
}

/** Throw unless an array is what was sent: so long, and with this mark. */
export function checkMark(array: Uint8Array, bytes: number, value: number): void {
  if (array.length !== bytes) throw new Error(`${array.length} bytes came instead of ${bytes}`);
  if (bytes === 0 || (array[0] === value && array[bytes - 1] === value)) return;
  throw new Error(`a message of ${bytes} bytes came with ${array[0]} instead of ${value}`);
}

/** The mark after this one; never that of an array that is just written. */
export function nextMark(value: number): number {
  return (value % 254) + 2;
}
