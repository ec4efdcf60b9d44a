import { type Command, CommanderError, Option } from 'commander';
import { parseCommandLine } from '../launch/command-line.ts';
import { newCommand, rephrase } from '../launch/options/command.ts';
import { readCount } from '../launch/options/values.ts';
import type { CommandLineContext } from '../launch/options.ts';
import {
  OptionError,
  readNames,
  readSeconds,
  readSizes,
  SIZES,
  TESTS,
  type Test,
  WHATS,
  type What,
} from './names.ts';

/** One of several ways to run the same benchmarks: a column of the tables, a line of the plots. */
export interface Series {
  readonly name: string;
  /** Options of tsrun. */
  readonly args: readonly string[];
}

/** What one command line asks for. */
export interface BenchOptions {
  readonly tests: readonly Test[];
  readonly sizes: readonly number[];
  readonly whats: readonly What[];
  readonly seconds: number;
  readonly rounds: number;
  /** Numbers of ranks in the ring, in collectives, in the store, at launch, spawned, and where memory is measured. */
  readonly ranks: {
    readonly [T in
      | 'ring'
      | 'collectives'
      | 'store'
      | 'launch'
      | 'spawn'
      | 'memory']: readonly number[];
  };
  /** Never empty. */
  readonly series: readonly Series[];
  readonly json: string | undefined;
  readonly html: string | undefined;
}

/** Benchmarks to run, or a text for stdout after which all is done. */
export type BenchCommand =
  | { readonly kind: 'run'; readonly options: BenchOptions }
  | { readonly kind: 'print'; readonly text: string };

const RANKS: BenchOptions['ranks'] = {
  ring: [2, 4, 8],
  collectives: [2, 4],
  store: [1, 8],
  launch: [1, 2, 4, 16],
  spawn: [2, 4],
  memory: [4, 16],
};

/** What `--quick` puts in the place of what is not given. */
const QUICK = { sizes: [0, 8, 1024, 65_536, 1_048_576], seconds: '0.1', rounds: '1', n: '2' };

const MOST_ROUNDS = 1000;

const HELP_END = `
Lists are separated by commas or spaces; --transport and --wait by spaces alone, as 'shm,zeromq' is one
choice of tsrun. Latency, bandwidth, rate and idle take 2 ranks. Collectives have sizes of their own.
A file called bench is run with ./bench.

Examples:
  tsrun bench                                         all of it, in some minutes
  tsrun bench --quick                                 a first impression
  tsrun bench --transport shm zeromq --html out.html  two transports side by side
  tsrun bench --tests latency --what dict,rows
`;

const NAME = 'tsrun bench';

/** What commander hands back. */
interface Typed {
  tests?: string;
  sizes?: string;
  what?: string;
  seconds?: string;
  rounds?: string;
  ranks?: string;
  transport?: string;
  wait?: string;
  json?: string;
  html?: string;
  quick?: true;
}

/**
 * Read the arguments of `tsrun bench`.
 *
 * @throws OptionError or UsageError for anything that cannot be meant
 */
export function parseBenchOptions(
  argv: readonly string[],
  context: CommandLineContext,
): BenchCommand {
  let printed = '';
  const command = build((text) => {
    printed += text;
  });
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text: printed };
    throw new OptionError(rephrase(error.message, NAME));
  }
  const [operand] = command.args;
  if (operand !== undefined) {
    throw new OptionError(
      `'${operand}' is no option; see tsrun bench --help, and to run a file called bench: tsrun ./bench`,
    );
  }
  return { kind: 'run', options: readOptions(command.opts<Typed>(), context) };
}

function build(print: (text: string) => void): Command {
  const command = newCommand(NAME, print)
    .usage('[options]')
    .description('Measure how fast tsmpi is on this machine.')
    .argument('[operand...]')
    .helpOption('-h, --help', 'print this text')
    .addHelpText('after', HELP_END);
  const list = (flags: string, about: string): void => {
    command.addOption(new Option(flags, about).argParser(append));
  };
  const one = (flags: string, about: string): void => {
    command.addOption(new Option(flags, about).argParser(refuseRepetition));
  };
  list('--tests <NAMES...>', `what to measure: ${TESTS.join(', ')} (default: all)`);
  list('--sizes <BYTES...>', 'sizes of typed arrays, as 0,8,64K,16M (default: 0 to 64M)');
  list('--what <NAMES...>', `what messages hold: ${WHATS.join(', ')} (default: all)`);
  one('--seconds <S>', 'time for each measurement of messages (default: 0.3)');
  one('--rounds <N>', 'how often everything is measured, in turns (default: 3)');
  list(
    '-n, --ranks <N...>',
    'numbers of ranks (default: ring 2,4,8; collectives 2,4; store 1,8; launch 1,2,4,16; spawn 2,4; memory 4,16)',
  );
  list('--transport <NAMES...>', 'passed on to tsrun; several are compared');
  list('--wait <HOW...>', 'passed on to tsrun; several are compared');
  one('--json <FILE>', 'write all samples to this file');
  one('--html <FILE>', 'write a page with plots and tables to this file');
  command.option('--quick', 'fewer sizes and ranks, one round, 0.1 s for each measurement');
  return command;
}

function append(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before} ${value}`;
}

function refuseRepetition(value: string, before: string | undefined): string {
  if (value === '' || value.startsWith('-')) {
    throw new OptionError(`'${value}' is no value of an option; see tsrun bench --help`);
  }
  if (before !== undefined) {
    throw new OptionError(`'${before}' and '${value}' are given for one option; once is enough`);
  }
  return value;
}

function readOptions(typed: Typed, context: CommandLineContext): BenchOptions {
  const { tests, sizes, what, seconds, rounds, ranks, quick, json, html } = typed;
  const counts = ranks ?? (quick ? QUICK.n : undefined);
  const given =
    counts === undefined ? undefined : [...new Set(counts.split(/[\s,]+/).map(readCount))];
  return {
    tests: tests === undefined ? TESTS : inOrder(TESTS, readNames('--tests', tests, TESTS)),
    sizes: sizes === undefined ? (quick ? QUICK.sizes : SIZES) : readSizes(sizes),
    whats: what === undefined ? WHATS : inOrder(WHATS, readNames('--what', what, WHATS)),
    seconds: readSeconds(seconds ?? (quick ? QUICK.seconds : '0.3')),
    rounds: readRounds(rounds ?? (quick ? QUICK.rounds : '3')),
    ranks:
      given === undefined
        ? RANKS
        : {
            ring: given,
            collectives: given,
            store: given,
            launch: given,
            spawn: given,
            memory: given,
          },
    series: readSeries(typed, context),
    json,
    html,
  };
}

function inOrder<Name extends string>(all: readonly Name[], some: readonly Name[]): Name[] {
  return all.filter((name) => some.includes(name));
}

function readRounds(text: string): number {
  const rounds = /^\d+$/.test(text) ? Number(text) : 0;
  if (rounds >= 1 && rounds <= MOST_ROUNDS) return rounds;
  throw new OptionError(`--rounds '${text}': give a whole number from 1 to ${MOST_ROUNDS}`);
}

/** Combine each transport with each way to wait; tsrun itself judges them. */
function readSeries({ transport, wait }: Typed, context: CommandLineContext): Series[] {
  const all = words('--transport', transport).flatMap((over) =>
    words('--wait', wait).map((how) => ({
      name: [...over, ...how].filter((word) => !word.startsWith('-')).join(' ') || 'default',
      args: [...over, ...how],
    })),
  );
  for (const { args } of all) parseCommandLine([...args, 'bench.js'], context);
  return all;
}

/** Split what was given for an option of tsrun into what each run gets; one run gets nothing if none was. */
function words(option: string, text: string | undefined): string[][] {
  if (text === undefined) return [[]];
  const found = new Set(text.split(/\s+/).filter((word) => word !== ''));
  if (found.size === 0) throw new OptionError(`${option} '${text}': the list is empty`);
  return [...found].map((word) => [option, word]);
}
