import { parseArgs } from 'node:util';
import { ROOT } from './places.ts';

/** What can be measured, in this order. */
export const TESTS = [
  'latency',
  'bandwidth',
  'rate',
  'ring',
  'barrier',
  'broadcast',
  'allreduce',
  'alltoall',
  'pool',
  'launch',
  'waiting',
] as const;
export type Test = (typeof TESTS)[number];

/** What the comparison is asked for. */
export interface Options {
  readonly install: boolean;
  readonly rounds: number;
  /** Names of peers; undefined for all. */
  readonly only: readonly string[] | undefined;
  readonly tests: readonly Test[];
  readonly sizes: string;
  readonly seconds: number;
  /** Ranks for the launch and for the ranks that wait. */
  readonly launchRanks: readonly number[];
  readonly waitingRanks: readonly number[];
  /** Milliseconds after which a program is killed. */
  readonly limitMs: number;
  readonly json: string | undefined;
  readonly markdown: string | undefined;
  /** The command that starts ranks of tsmpi, and where the programs are that measure. */
  readonly tsrun: readonly string[];
  readonly programs: string;
}

/** A mistake in the options. The message is for the user. */
export class UsageError extends Error {}

const FULL_SIZES = '0,8,64,1024,16384,65536,1048576,16777216,67108864';
const QUICK_SIZES = '8,65536,1048576';

/** The text of `--help`. */
export const HELP: string = `compare tsmpi with its peers, all in turns

  --install         first install what the peers need, with apt-get
  --rounds N        how often everything is run (5; --quick: 1)
  --only A,B        these peers only
  --tests A,B       these tests only: ${TESTS.join(', ')}
  --sizes A,B       bytes of the arrays (${FULL_SIZES})
  --seconds S       time for each measurement (0.3; --quick: 0.02)
  --limit S         seconds after which a program is killed (120)
  --json FILE       write every sample
  --markdown FILE   write the tables
  --quick           a short run to see that all works; its figures mean little
  --tsrun COMMAND   how ranks of tsmpi are started (node dist/bin/tsrun.js)
  --programs FOLDER where messages-rank.js and its like are (build/src/bench)`;

/** Read the options; undefined if the user asks for help. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  const quick = values.quick;
  return {
    install: values.install,
    rounds: whole('--rounds', values.rounds ?? (quick ? '1' : '5')),
    only: values.only?.split(','),
    tests: readTests(values.tests),
    sizes: values.sizes ?? (quick ? QUICK_SIZES : FULL_SIZES),
    seconds: positive('--seconds', values.seconds ?? (quick ? '0.02' : '0.3')),
    launchRanks: quick ? [2, 4] : [2, 4, 16, 64],
    waitingRanks: quick ? [2] : [2, 16],
    limitMs: positive('--limit', values.limit) * 1000,
    json: values.json,
    markdown: values.markdown,
    tsrun: values.tsrun?.split(' ') ?? [process.execPath, `${ROOT}dist/bin/tsrun.js`],
    programs: values.programs,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        install: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        only: { type: 'string' },
        tests: { type: 'string', default: TESTS.join() },
        sizes: { type: 'string' },
        seconds: { type: 'string' },
        limit: { type: 'string', default: '120' },
        json: { type: 'string' },
        markdown: { type: 'string' },
        tsrun: { type: 'string' },
        programs: { type: 'string', default: `${ROOT}build/src/bench` },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readTests(text: string): Test[] {
  const asked = text.split(',');
  const unknown = asked.find((name) => !TESTS.some((test) => test === name));
  if (unknown !== undefined) {
    throw new UsageError(`--tests ${unknown}: there are ${TESTS.join(', ')}`);
  }
  return TESTS.filter((test) => asked.includes(test));
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new UsageError(`${option} ${text}: give a number above 0`);
  }
  return value;
}

function whole(option: string, text: string): number {
  const value = positive(option, text);
  if (!Number.isInteger(value)) throw new UsageError(`${option} ${text}: give a whole number`);
  return value;
}
