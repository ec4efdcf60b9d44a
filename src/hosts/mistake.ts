/**
 * Something wrong in what says which hosts there are.
 *
 * The message says what stands there and what was expected; where it stands, the caller knows.
 */
export class HostMistake extends Error {
  override readonly name = 'HostMistake';
}
