/**
 * Long strings as bytes, one or two for each UTF-16 code unit.
 *
 * Node's Buffer copies them natively; without it, loops do. TextDecoder serves neither form: its
 * `latin1` is windows-1252, and its `utf-16le` replaces lone surrogates.
 */

const NodeBuffer: typeof Buffer | undefined = globalThis.Buffer;

/** `String.fromCharCode` takes its characters as arguments, which lie on the stack. */
const CHUNK = 4096;

/** View a memory as what the functions below work on: a Buffer where there is one. */
export function asBuffer(memory: ArrayBufferLike): Uint8Array {
  return NodeBuffer === undefined ? new Uint8Array(memory) : NodeBuffer.from(memory);
}

/** Tell whether every character fits one byte. Free for strings that the engine keeps that way. */
export function isLatin1(text: string): boolean {
  return !BEYOND_LATIN1.test(text);
}

const BEYOND_LATIN1 = /[^\0-\xff]/;

/** Write one byte for each character. */
export function putLatin1(bytes: Uint8Array, at: number, text: string): void {
  if (NodeBuffer !== undefined) {
    (bytes as Buffer).write(text, at, 'latin1');
    return;
  }
  for (let i = 0; i < text.length; i += 1) bytes[at + i] = text.charCodeAt(i);
}

/** Write two bytes for each code unit, low byte first. */
export function putUtf16(bytes: Uint8Array, at: number, text: string): void {
  if (NodeBuffer !== undefined) {
    (bytes as Buffer).write(text, at, 'utf16le');
    return;
  }
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    bytes[at + 2 * i] = unit;
    bytes[at + 2 * i + 1] = unit >> 8;
  }
}

/** Read what `putLatin1` wrote between `start` and `end`. */
export function getLatin1(bytes: Uint8Array, start: number, end: number): string {
  if (NodeBuffer !== undefined) return (bytes as Buffer).toString('latin1', start, end);
  let text = '';
  for (let at = start; at < end; at += CHUNK) {
    const units = bytes.subarray(at, Math.min(at + CHUNK, end));
    text += String.fromCharCode.apply(null, units as unknown as number[]);
  }
  return text;
}

/** Read what `putUtf16` wrote between `start` and `end`. */
export function getUtf16(bytes: Uint8Array, start: number, end: number): string {
  if (NodeBuffer !== undefined) return (bytes as Buffer).toString('utf16le', start, end);
  let text = '';
  for (let at = start; at < end; at += 2 * CHUNK) {
    const units: number[] = [];
    const stop = Math.min(at + 2 * CHUNK, end);
    for (let i = at; i < stop; i += 2) units.push(bytes[i]! | (bytes[i + 1]! << 8));
    text += String.fromCharCode.apply(null, units);
  }
  return text;
}
