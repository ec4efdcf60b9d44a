/** One measured value, and what it is of: `latency array 8`, `ring 4`, `allreduce array 8 on 2`, `pool list`. */
export interface Figure {
  readonly subject: string;
  readonly value: number;
}

/** A figure of one peer in one round. */
export interface Sample extends Figure {
  readonly round: number;
  readonly peer: string;
}

/** The unit of a subject, by all of it or by its first word. */
export function unitOf(subject: string): string {
  const units: Readonly<Record<string, string>> = {
    latency: 'µs',
    bandwidth: 'MB/s',
    rate: 'messages/s',
    ring: 'µs per hop',
    barrier: 'µs',
    broadcast: 'µs',
    allreduce: 'µs',
    alltoall: 'µs',
    'pool start': 'ms',
    'pool bare': 'ms',
    'pool list': '× one process',
    'pool equal': '× one process',
    'pool empty': 'tasks/s',
    launch: 'ms',
    idle: '% of a core',
    memory: 'MiB',
  };
  return units[subject] ?? units[subject.split(' ')[0] ?? ''] ?? '';
}

/** What programs print, one object a line. */
interface Printed {
  readonly test?: string;
  readonly what?: string;
  readonly bytes?: number;
  readonly ranks?: number;
  readonly microseconds?: number;
  readonly megabytesPerSecond?: number;
  readonly messagesPerSecond?: number;
  readonly milliseconds?: number;
  readonly ratio?: number;
  readonly tasksPerSecond?: number;
}

/** Read what a program has printed. What is no whole line of JSON is left out. */
export function readFigures(stdout: string): Figure[] {
  return stdout.split('\n').flatMap((line) => {
    const printed = readLine(line);
    const value =
      printed.microseconds ??
      printed.megabytesPerSecond ??
      printed.messagesPerSecond ??
      printed.milliseconds ??
      printed.ratio ??
      printed.tasksPerSecond ??
      Number.NaN;
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) return [];
    const { test, what, bytes, ranks } = printed;
    const of = [test, what, bytes].filter((word) => word !== undefined);
    const on = ranks === undefined ? [] : what === undefined ? [ranks] : ['on', ranks];
    return [{ subject: [...of, ...on].join(' '), value }];
  });
}

function readLine(line: string): Printed {
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line) as Printed;
  } catch {
    return {};
  }
}

/** The value in the middle; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return (low + high) / 2;
}
