import test from 'ava';
import type { Reading } from '../../src/bench/reading.ts';
import { measureAll, type Step } from '../../src/bench/rounds.ts';

const A = { name: 'a', args: [] };
const B = { name: 'b', args: [] };

/** A step that notes who measured it, and reads 1, 2, 3 and so on. */
function step(name: string, calls: string[]): Step {
  let value = 0;
  return {
    name,
    measure: (series) => {
      calls.push(`${name} ${series.name}`);
      value += 1;
      const reading: Reading = { test: 'ring', what: name, unit: 'microseconds', value };
      return Promise.resolve([reading]);
    },
  };
}

test('in each round every step is measured in all series in a row, and they take turns to be first', async (t) => {
  const calls: string[] = [];
  const steps = [step('x', calls), step('y', calls)];
  await measureAll(steps, { rounds: 2, series: [A, B] });
  t.deepEqual(calls, ['x a', 'x b', 'y a', 'y b', 'x b', 'x a', 'y b', 'y a']);
});

test('the samples of all rounds are kept, with their median and range', async (t) => {
  const measurements = await measureAll([step('x', [])], { rounds: 3, series: [A] });
  t.deepEqual(measurements, [
    {
      series: 'a',
      test: 'ring',
      what: 'x',
      unit: 'microseconds',
      samples: [1, 2, 3],
      median: 2,
      min: 1,
      max: 3,
    },
  ]);
});

test('samples of different series and subjects are kept apart', async (t) => {
  const steps = [step('x', []), step('y', [])];
  const measurements = await measureAll(steps, { rounds: 2, series: [A, B] });
  t.deepEqual(
    measurements.map(({ series, what, samples }) => [series, what, samples]),
    [
      ['a', 'x', [1, 4]],
      ['b', 'x', [2, 3]],
      ['a', 'y', [1, 4]],
      ['b', 'y', [2, 3]],
    ],
  );
});
