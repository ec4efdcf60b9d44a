import { parseArgs } from 'node:util';

/** What a program of the benchmark is asked to measure. */
export interface Options {
  readonly tests: ReadonlySet<string>;
  readonly what: ReadonlySet<string>;
  /** Bytes of the arrays. */
  readonly sizes: readonly number[];
  /** Time for each measurement. */
  readonly seconds: number;
  readonly ranks: number;
  /** Which rank this process is; the first one starts the others. */
  readonly rank: number;
  /** Where the ranks meet. */
  readonly folder: string;
}

/** Read the options that all programs of the benchmark take. */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      tests: { type: 'string', default: 'latency,bandwidth,rate,ring' },
      what: { type: 'string', default: 'array,dict,rows,floats' },
      sizes: { type: 'string', default: '0,8,64,1024,16384,65536,1048576,16777216,67108864' },
      seconds: { type: 'string', default: '0.3' },
      ranks: { type: 'string', default: '2' },
      rank: { type: 'string', default: '0' },
      folder: { type: 'string', default: '' },
    },
  });
  return {
    tests: new Set(values.tests.split(',')),
    what: new Set(values.what.split(',')),
    sizes: values.sizes.split(',').map(Number),
    seconds: Number(values.seconds),
    ranks: Number(values.ranks),
    rank: Number(values.rank),
    folder: values.folder,
  };
}
