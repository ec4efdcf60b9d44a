/** Read an integer of two bytes, signed. */
export function int16(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
}

/** Read an array of such integers; the shortest as literals, for to fill one takes several times as long. */
export function listOfInt16(bytes: Uint8Array, at: number, length: number): number[] {
  switch (length) {
    case 1:
      return [int16(bytes, at)];
    case 2:
      return [int16(bytes, at), int16(bytes, at + 2)];
    case 3:
      return [int16(bytes, at), int16(bytes, at + 2), int16(bytes, at + 4)];
    case 4:
      return [int16(bytes, at), int16(bytes, at + 2), int16(bytes, at + 4), int16(bytes, at + 6)];
  }
  const list: number[] = new Array(length);
  for (let i = 0; i < length; i += 1) list[i] = int16(bytes, at + 2 * i);
  return list;
}
