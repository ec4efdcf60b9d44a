import type { ExecutionContext } from 'ava';
import fc from 'fast-check';

/** Check a property; a failure prints its seed, the smallest program that shows it, and why. */
export async function holds<T>(
  t: ExecutionContext,
  property: fc.IRawProperty<T>,
  runs: number,
): Promise<void> {
  const details = await fc.check(property, { numRuns: runs });
  if (!details.failed) {
    t.pass();
    return;
  }
  const report = await fc.asyncDefaultReportMessage(details);
  t.fail(`${report}\n${String(details.errorInstance)}`);
}
