import { MpiError } from '../base/error.ts';
import { decode, encode } from '../codec/payload.ts';
import { numberOf, type Stored, storedNumber } from '../keeper/stored.ts';

/** Twice as much, as text, still fits into a line of the pipe to the launcher. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Turn a value into what the keeper keeps. @throws MpiError `ERR_TYPE`, `ERR_COUNT` */
export function toStored(value: unknown): Stored {
  if (typeof value === 'number') return storedNumber(value);
  const { dataKind, bytes } = encode(value);
  if (bytes.length > MOST_BYTES) {
    throw new MpiError(
      'ERR_COUNT',
      `the value takes ${bytes.length} bytes, and the store takes ${MOST_BYTES} at most; send it as a message, or put it in parts`,
    );
  }
  const { buffer, byteOffset, length } = bytes;
  return `${dataKind}:${Buffer.from(buffer, byteOffset, length).toString('base64')}`;
}

/** Make a value anew. */
export function fromStored(stored: Stored): unknown {
  const number = numberOf(stored);
  if (number !== undefined) return number;
  const text = stored as string;
  const colon = text.indexOf(':');
  const bytes = Buffer.from(text.slice(colon + 1), 'base64');
  return decode(Number(text.slice(0, colon)), bytes, true);
}
