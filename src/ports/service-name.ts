/** The encoded name must fit into the name of a file, with what stands before it. */
const MOST_CHARS = 200;

const PLAIN = /^[a-z0-9_-]$/;

/**
 * Encode the name of a service as part of the name of a file: small letters, digits, `_` and `-` stay, every other byte of its
 * UTF-8 becomes `=` and two digits. So no name leads out of a folder, and no two names share a file, not even where files
 * do not tell small letters from capitals.
 *
 * @returns undefined for a name that is too long, or empty
 */
export function encodeName(name: string): string | undefined {
  // A lone surrogate has no UTF-8: it would become the same as another one.
  if (name === '' || /\p{Surrogate}/u.test(name)) return undefined;
  let encoded = '';
  for (const byte of new TextEncoder().encode(name)) {
    const char = String.fromCharCode(byte);
    encoded += PLAIN.test(char) ? char : `=${byte.toString(16).padStart(2, '0')}`;
    if (encoded.length > MOST_CHARS) return undefined;
  }
  return encoded;
}
