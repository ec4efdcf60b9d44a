import test from 'ava';
import { readReadings } from '../../src/bench/reading.ts';

test('each line of a benchmark program is a value with its unit', (t) => {
  const stdout = [
    '{"test":"latency","what":"array","bytes":8,"microseconds":0.35}',
    '{"test":"ring","ranks":4,"microseconds":2}',
    '{"test":"rate","what":"dict","messagesPerSecond":7000000}',
    '',
  ].join('\n');
  const readings = readReadings(stdout);
  t.like(readings, [
    { test: 'latency', what: 'array', bytes: 8, unit: 'microseconds', value: 0.35 },
    { test: 'ring', ranks: 4, unit: 'microseconds', value: 2 },
    { test: 'rate', what: 'dict', unit: 'messagesPerSecond', value: 7_000_000 },
  ]);
  t.is(readings.length, 3);
});

for (const [stdout, message] of [
  ['', /printed nothing/],
  ['hello\n', /printed hello$/],
  ['{"test":"latency","furlongs":1}\n', /printed \{.*furlongs/],
  ['{"test":"latency","microseconds":"1"}\n', /printed/],
  ['null\n', /printed null$/],
] as const) {
  test(`a benchmark program that prints ${JSON.stringify(stdout)} is not believed`, (t) => {
    t.throws(() => readReadings(stdout), { message });
  });
}
