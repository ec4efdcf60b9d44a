import test from 'ava';
import { readFigures } from '../../scripts/peers/driver/figure.ts';
import { rotate } from '../../scripts/peers/driver/plan.ts';
import { summarize } from '../../scripts/peers/driver/result.ts';
import { targetTable, toText } from '../../scripts/peers/driver/table.ts';

test('figures are read from lines of JSON, and what else a program prints is left out', (t) => {
  const printed = [
    'hello',
    '{"test":"latency","what":"array","bytes":0,"microseconds":0.25}',
    '{"test":"rate","what":"dict","messagesPerSecond":1000}',
    '{"test":"ring","ranks":4,"microseconds":2}',
    '{"test":"barrier","ranks":2,"microseconds":3}',
    '{"test":"allreduce","what":"array","bytes":8,"ranks":2,"microseconds":4}',
    '{"test":"broadcast","what":"rows","ranks":4,"microseconds":5}',
    '{"test":"pool","what":"list","ratio":1.9}',
    '{"test":"pool","what":"start","milliseconds":60}',
    '{"test":"pool","what":"empty","tasksPerSecond":200000}',
    '{"test":"waiting","rank":1,"pid":7}',
    '{"test":"latency","what":"array","bytes":8,"micro',
  ];
  t.deepEqual(readFigures(printed.join('\n')), [
    { subject: 'latency array 0', value: 0.25 },
    { subject: 'rate dict', value: 1000 },
    { subject: 'ring 4', value: 2 },
    { subject: 'barrier 2', value: 3 },
    { subject: 'allreduce array 8 on 2', value: 4 },
    { subject: 'broadcast rows on 4', value: 5 },
    { subject: 'pool list', value: 1.9 },
    { subject: 'pool start', value: 60 },
    { subject: 'pool empty', value: 200_000 },
  ]);
});

test('ratios to each peer are those of the medians over the rounds', (t) => {
  const figures = { tsmpi: [3, 1, 2], mpi4py: [8, 90, 7], openmpi: [1, 1, 1] };
  const samples = Object.entries(figures).flatMap(([peer, values]) =>
    values.map((value, round) => ({ round, peer, subject: 'latency array 8', value })),
  );
  const [row] = summarize(samples);
  t.deepEqual(
    row?.verdicts.map(({ peer, reached, met }) => ({ peer, reached, met })),
    [
      { peer: 'mpi4py', reached: 0.25, met: true },
      { peer: 'openmpi', reached: 2, met: false },
    ],
  );
});

test('a peer that printed nothing leaves its cell and its verdict empty', (t) => {
  const rows = summarize([{ round: 1, peer: 'tsmpi', subject: 'rate array 8', value: 5e6 }]);
  const text = toText(targetTable(rows, ['tsmpi', 'mpi4py']));
  t.regex(text, /^rate, 8 B, messages\/s +5,000,000 +– +– +≥ 2 × mpi4py +–$/m);
});

test('a collective is told with the size, if it has one, and the number of ranks', (t) => {
  const subjects = ['barrier 4', 'allreduce array 1048576 on 2', 'broadcast rows on 4'];
  const rows = summarize(
    subjects.map((subject) => ({ round: 1, peer: 'tsmpi', subject, value: 1 })),
  );
  const labels = targetTable(rows, ['tsmpi']).map(([label]) => label);
  t.deepEqual(labels, [
    '',
    'barrier, 4 ranks, µs',
    'broadcast, rows, 4 ranks, µs',
    'allreduce, 1 MiB, 2 ranks, µs',
  ]);
});

test('every round begins with another one', (t) => {
  const rounds = [0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round).join(''));
  t.deepEqual(rounds, ['abc', 'bca', 'cab', 'abc']);
});

test('targets that spawned workers have as well are told by their name', (t) => {
  const measured = { tsmpi: 1.96, 'tsmpi-spawned': 1.9, 'bare-node': 2 };
  const rows = summarize(
    Object.entries(measured).map(([peer, value]) => ({
      round: 1,
      peer,
      subject: 'pool equal',
      value,
    })),
  );
  const [, line] = targetTable(rows, Object.keys(measured));
  t.deepEqual(line, [
    'pool, equal, × one process',
    ...['1.96', '1.90', '2.00'],
    '1.96, 0.98 × bare-node, tsmpi-spawned: 1.90, tsmpi-spawned: 0.95 × bare-node',
    '≥ 1.95, ≥ 0.97 × bare-node, ≥ 1.95, ≥ 0.97 × bare-node',
    'yes, yes, no, no',
  ]);
});
