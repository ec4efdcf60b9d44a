import test from 'ava';
import type { Subject } from '../../src/bench/reading.ts';
import type { Measurement } from '../../src/bench/rounds.ts';
import { tables } from '../../src/bench/tables.ts';
import { alignColumns, showTables } from '../../src/bench/text.ts';

function measurement(series: string, subject: Subject, samples: number[]): Measurement {
  const [min = 0, median = min, max = median] = samples;
  return { series, ...subject, samples, min, median, max };
}

const SMALL: Subject = { test: 'latency', what: 'array', bytes: 8, unit: 'microseconds' };
const LARGE: Subject = { ...SMALL, bytes: 65_536 };
const RING: Subject = { test: 'ring', ranks: 4, unit: 'microseconds' };

test('each series has a column, and each subject a row', (t) => {
  const measurements = [
    measurement('shm', SMALL, [0.2, 0.3, 0.4]),
    measurement('zeromq', SMALL, [100, 150, 1200]),
    measurement('shm', LARGE, [10]),
  ];
  t.deepEqual(tables({ measurements }), [
    {
      title: 'Latency, one way (µs)',
      head: ['', '', 'shm', 'zeromq'],
      rows: [
        ['array', '8 B', '0.300 (0.200–0.400)', '150 (100–1,200)'],
        ['array', '64 KiB', '10.0', '–'],
      ],
    },
  ]);
});

test('each test has a table, as has each unit of one', (t) => {
  const launch: Subject = { test: 'launch', what: 'warm', ranks: 1, unit: 'milliseconds' };
  const measurements = [
    measurement('a', RING, [2]),
    measurement('a', launch, [300]),
    measurement('a', { ...launch, unit: 'ratio' }, [1.5]),
  ];
  t.deepEqual(
    tables({ measurements }).map(({ title, rows }) => [title, ...(rows[0] ?? [])]),
    [
      ['Ring, each hop of 8 bytes (µs)', '', '4 ranks', '2.00'],
      ['Launch to exit of a ring (ms)', 'warm', '1 rank', '300'],
      ['Launch to exit of a ring (×)', 'warm', '1 rank', '1.50'],
    ],
  );
});

test('a row tells both the size and the number of ranks where it has both', (t) => {
  const subject: Subject = { ...SMALL, test: 'allreduce', ranks: 2 };
  const [table] = tables({ measurements: [measurement('a', subject, [2])] });
  t.deepEqual(table?.rows, [['array', '8 B, 2 ranks', '2.00']]);
});

test('columns are aligned, the first to the left and the others to the right', (t) => {
  const rows = [
    ['', '', 'shm'],
    ['array', '8 B', '0.35'],
    ['dict', '', '1,234'],
  ];
  t.is(
    alignColumns(rows),
    ['                shm', '  array  8 B   0.35', '  dict        1,234'].join('\n'),
  );
});

test('a column without anything in it is left out', (t) => {
  t.is(alignColumns([['a', '', '1']]), '  a  1');
});

test('a table stands below its title', (t) => {
  const text = showTables(tables({ measurements: [measurement('shm', RING, [2])] }));
  t.is(text, 'Ring, each hop of 8 bytes (µs)\n            shm\n  4 ranks  2.00\n');
});
