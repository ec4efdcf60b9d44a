import { formatBytes, formatNumber } from './format.ts';
import type { Test } from './names.ts';
import { type Subject, UNITS, type Unit } from './reading.ts';
import type { Measurement } from './rounds.ts';

/** Measurements of one kind, in cells for people. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  /** As many cells each as the head has; the first two say what it is. */
  readonly rows: readonly (readonly string[])[];
}

const TITLES: Readonly<Record<Test, string>> = {
  latency: 'Latency, one way',
  bandwidth: 'Bandwidth of a window of messages',
  rate: 'Message rate, 64 at once',
  ring: 'Ring, each hop of 8 bytes',
  barrier: 'Barrier, each call alone',
  broadcast: 'Broadcast, each call alone after a barrier',
  allreduce: 'Allreduce (sum), each call alone after a barrier',
  alltoall: 'Alltoall, to each rank, each call alone after a barrier',
  store: 'Increments in the store, of all ranks together',
  pool: 'Pool of two workers, beside this process alone',
  launch: 'Launch to exit of a ring',
  spawn: 'More processes, from spawn to the end of their ring',
  memory: 'Memory of each rank, its share of what is shared included (PSS)',
  idle: 'Processor time of a rank that waits in receive',
};

/** Name a kind of measurement, with its unit. */
export function titleOf(test: Test, unit: Unit): string {
  return `${TITLES[test]} (${UNITS[unit]})`;
}

/** Put what was measured into tables, one for each test and unit, with a column for each series. */
export function tables({
  measurements,
}: {
  readonly measurements: readonly Measurement[];
}): Table[] {
  const groups = groupBy(measurements, ({ test, unit }) => titleOf(test, unit));
  return [...groups].map(([title, group]) => {
    const series = [...new Set(group.map((measurement) => measurement.series))];
    const subjects = groupBy(group, ({ what, bytes, ranks }) => [what, bytes, ranks].join());
    const rows = [...subjects.values()].map((same) => [
      ...nameSubject(same[0] as Subject),
      ...series.map((name) => cell(same.find((measurement) => measurement.series === name))),
    ]);
    return { title, head: ['', '', ...series], rows };
  });
}

function nameSubject({ what, bytes, ranks }: Subject): [string, string] {
  const sized = bytes === undefined ? [] : [formatBytes(bytes)];
  const counted = ranks === undefined ? [] : [ranks === 1 ? '1 rank' : `${ranks} ranks`];
  return [what ?? '', [...sized, ...counted].join(', ')];
}

function cell(measurement: Measurement | undefined): string {
  if (measurement === undefined) return '–';
  const { median, min, max, samples } = measurement;
  if (samples.length === 1) return formatNumber(median);
  return `${formatNumber(median)} (${formatNumber(min)}–${formatNumber(max)})`;
}

/** Group values by a key, both in the order in which they come. */
export function groupBy<T>(values: Iterable<T>, keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
