import { parseArgs } from 'node:util';
import { world } from 'tsmpi';
import { readNames, readSeconds, readSizes, SIZES, WHATS, type What } from './names.ts';
import { type Exercise, measure } from './pace.ts';
import type { Subject, Unit } from './reading.ts';

/** What a rank program of the benchmarks is asked to measure. */
export interface Asked<Test> {
  readonly tests: readonly Test[];
  readonly sizes: readonly number[];
  readonly whats: readonly What[];
  readonly seconds: number;
}

/**
 * Read the options of this program.
 *
 * @param known  the tests that it knows
 * @throws OptionError for anything that cannot be meant
 */
export function readAsked<Test extends string>(known: readonly Test[]): Asked<Test> {
  const { values } = parseArgs({
    options: {
      tests: { type: 'string', default: known.join() },
      sizes: { type: 'string', default: SIZES.join() },
      what: { type: 'string', default: WHATS.join() },
      seconds: { type: 'string', default: '0.3' },
    },
  });
  return {
    tests: readNames('--tests', values.tests, known),
    sizes: readSizes(values.sizes),
    whats: readNames('--what', values.what, WHATS),
    seconds: readSeconds(values.seconds),
  };
}

/** Measure one thing, and print it on rank 0. */
export async function report(
  subject: Omit<Subject, 'unit'>,
  exercise: Exercise,
  seconds: number,
  [unit, value]: readonly [unit: Unit, value: (seconds: number) => number],
): Promise<void> {
  const taken = await measure(exercise, seconds);
  if (world.rank === 0) console.log(JSON.stringify({ ...subject, [unit]: value(taken) }));
}
