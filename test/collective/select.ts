import test from 'ava';
import { ALGORITHMS, type ChoiceOperation } from '../../src/base/algorithms.ts';
import type { Calls } from '../../src/collective/call/calls.ts';
import { select } from '../../src/collective/select.ts';

/** What each operation is left with by the table, for one situation after the other. */
function* choices(
  operation: ChoiceOperation,
  commutative: boolean,
): Generator<{ readonly algorithm: string; readonly where: string }> {
  for (const sameHost of [true, false]) {
    for (let size = 1; size <= 130; size += 1) {
      for (let bytes = 0; bytes < 2 ** 30; bytes = bytes * 3 + 1) {
        const calls = { size, setup: { choices: {}, sameHost } } as Calls;
        const algorithm = select(calls, operation, { bytes, count: bytes, commutative });
        yield { algorithm, where: `${size} ranks, ${bytes} bytes, one host: ${sameHost}` };
      }
    }
  }
}

test('the table always has an algorithm, and one that there is', (t) => {
  for (const operation of Object.keys(ALGORITHMS) as ChoiceOperation[]) {
    const names: readonly string[] = ALGORITHMS[operation];
    for (const { algorithm, where } of choices(operation, true)) {
      if (!names.includes(algorithm)) t.fail(`${operation}, ${where}: ${algorithm}`);
    }
  }
  t.pass();
});

test('what does not commute is never left to an algorithm that reorders', (t) => {
  for (const operation of ['allreduce', 'reduceScatter'] as const) {
    for (const { algorithm, where } of choices(operation, false)) {
      const reorders = algorithm === 'ring' || algorithm === 'recursive-halving';
      if (reorders) t.fail(`${operation}, ${where}: ${algorithm}`);
    }
  }
  t.pass();
});
