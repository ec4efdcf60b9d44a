import { randomBytes } from 'node:crypto';

/** Sixteen digits that nobody else has. */
export function randomId(): string {
  return randomBytes(8).toString('hex');
}
