import type { Test } from './names.ts';

/** Units, as programs name them in what they print, and as people read them. */
export const UNITS = {
  microseconds: 'µs',
  milliseconds: 'ms',
  megabytesPerSecond: 'MB/s',
  messagesPerSecond: 'messages/s',
  callsPerSecond: 'calls/s',
  tasksPerSecond: 'tasks/s',
  mebibytes: 'MiB',
  percent: '%',
  ratio: '×',
} as const;
export type Unit = keyof typeof UNITS;

/** What was measured: readings that agree in all of this are samples of the same thing. */
export interface Subject {
  readonly test: Test;
  /** What the messages held, or which of several things it is. */
  readonly what?: string | undefined;
  /** Size of the message. */
  readonly bytes?: number | undefined;
  /** Number of ranks, where it varies. */
  readonly ranks?: number | undefined;
  readonly unit: Unit;
}

/** One measured value. */
export interface Reading extends Subject {
  readonly value: number;
}

/**
 * Read what a rank program of a benchmark prints, one JSON object a line:
 * `{"test":"latency","what":"array","bytes":8,"microseconds":0.35}`.
 *
 * @throws if there is a line of another kind, or none
 */
export function readReadings(stdout: string): Reading[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (lines.length === 0) throw new Error('the benchmark program printed nothing');
  return lines.map((line) => {
    const found = parse(line);
    const unit = (Object.keys(UNITS) as Unit[]).find((name) => typeof found?.[name] === 'number');
    if (found === undefined || unit === undefined) {
      throw new Error(`the benchmark program printed ${line}`);
    }
    const { test, what, bytes, ranks, [unit]: value } = found;
    return { test, what, bytes, ranks, unit, value } as Reading;
  });
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
