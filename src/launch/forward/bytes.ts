/** The byte that ends a line. */
export const LF = 0x0a;

/** The byte that goes back to the start of the line. */
export const CR = 0x0d;

/** A line end, to be written. Never changed. */
export const NEWLINE: Buffer = Buffer.from('\n');

/**
 * Count the bytes up to the last character that is complete.
 *
 * Only a character that has begun and could still go on is left out; bytes that are no UTF-8 at all
 * count as complete.
 */
export function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    // Not a continuation byte, so it says how long its character is.
    if (byte >= 0xc0) {
      const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return wanted > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/**
 * Find the end of the line that begins at `from`: the offset after the line break, or undefined.
 *
 * A line break is whatever makes a terminal or an editor go to another line or back to the start of
 * this one: LF, VT, FF, CR, NEL, U+2028 and U+2029.
 */
export function afterBreak(bytes: Uint8Array, from: number): number | undefined {
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte <= CR) {
      if (byte >= LF) return i + 1;
    } else if (byte === 0xc2) {
      if (bytes[i + 1] === 0x85) return i + 2;
    } else if (byte === 0xe2 && bytes[i + 1] === 0x80 && ((bytes[i + 2] ?? 0) & 0xfe) === 0xa8) {
      return i + 3;
    }
  }
  return undefined;
}
