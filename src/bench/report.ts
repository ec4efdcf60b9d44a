import {
  availableParallelism,
  cpus,
  loadavg,
  release,
  type as systemType,
  totalmem,
} from 'node:os';
import type { BenchOptions } from './options.ts';
import type { Measurement } from './rounds.ts';

/** All that came of one run of the benchmarks, as it is written to a file. */
export interface Report {
  readonly machine: string;
  readonly versions: { readonly tsmpi: string; readonly node: string; readonly v8: string };
  /** When it began, as ISO 8601 has it. */
  readonly date: string;
  /** Load average over 1, 5 and 15 minutes, before anything was started. */
  readonly load: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
  readonly measurements: readonly Measurement[];
}

/** Begin a report: where and when. */
export function makeReport({ rounds, seconds }: BenchOptions, tsmpi: string): Report {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const { node, v8 } = process.versions;
  return {
    machine: `${availableParallelism()} × ${model}, ${memory}, ${systemType()} ${release()}`,
    versions: { tsmpi, node, v8 },
    date: new Date().toISOString(),
    load: loadavg(),
    rounds,
    seconds,
    measurements: [],
  };
}

/** Say in a few lines where and when a report was made. */
export function describeReport({ machine, versions, date, load, rounds }: Report): string[] {
  const times = load.map((value) => value.toFixed(2)).join(' ');
  return [
    `tsmpi ${versions.tsmpi}, Node ${versions.node}, ${date}`,
    machine,
    `load average ${times} before the start`,
    rounds === 1 ? 'one round' : `${rounds} rounds: median (least to most)`,
  ];
}
