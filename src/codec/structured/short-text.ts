type Read = (bytes: Uint8Array, at: number) => string;

const { fromCharCode: of } = String;

/**
 * Readers of Latin-1 strings of 0 to 16 characters, by length.
 *
 * One call with all its characters written out builds a string in 10 to 20 ns; a loop, or the native
 * call that pays for longer strings, takes 50 to 70 ns.
 */
// biome-ignore format: one line for each length
export const SHORT_TEXT: readonly Read[] = [
  () => '',
  (b, i) => of(b[i]!),
  (b, i) => of(b[i]!, b[i + 1]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!, b[i + 12]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!, b[i + 12]!, b[i + 13]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!, b[i + 12]!, b[i + 13]!, b[i + 14]!),
  (b, i) => of(b[i]!, b[i + 1]!, b[i + 2]!, b[i + 3]!, b[i + 4]!, b[i + 5]!, b[i + 6]!, b[i + 7]!, b[i + 8]!, b[i + 9]!, b[i + 10]!, b[i + 11]!, b[i + 12]!, b[i + 13]!, b[i + 14]!, b[i + 15]!),
];
