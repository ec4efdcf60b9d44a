import fc from 'fast-check';
import { ANY_SOURCE, ANY_TAG } from '../../src/base/constants.ts';
import type { Envelope } from '../../src/match/envelope.ts';

/** An envelope as a message has it. Few different ones, so that they meet. */
export const exactEnvelope: fc.Arbitrary<Envelope> = fc.record({
  source: fc.nat(2),
  tag: fc.constantFrom(0, 1, 2 ** 31 - 1),
});

/** An envelope as a receive may have it. */
export const anyEnvelope: fc.Arbitrary<Envelope> = fc.record({
  source: fc.constantFrom(ANY_SOURCE, 0, 1, 2),
  tag: fc.constantFrom(ANY_TAG, 0, 1, 2 ** 31 - 1),
});

/** Fail a property unless both are the same value. */
export function exactly(actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) {
    throw new Error(`${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  }
}
