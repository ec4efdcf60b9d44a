import { type Command, CommanderError, Option } from 'commander';
import { newCommand, rephrase } from './command.ts';
import { HELP_END } from './help.ts';
import { describeOfOthers } from './other-launchers.ts';
import { shown } from './quote.ts';
import { OPTIONS, type OptionRow } from './table.ts';
import { UsageError } from './usage-error.ts';

/** The options and the operands of one program, not yet judged. */
export interface Segment {
  /** What was typed for each option, by `OptionRow.key`; `true` for a flag. */
  readonly typed: Readonly<Record<string, string | true | readonly string[] | undefined>>;
  readonly program: string | undefined;
  readonly args: readonly string[];
}

/** What `--help` or `--version` prints, found while a segment was read. */
export class Printout {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The words that `--tag` takes as its value from the next argument; any other is the program. */
const TAG_WORDS = ['rank', 'host', 'time', 'none'];

/** Cut a command line at each lone `:`. */
export function splitPrograms(argv: readonly string[]): string[][] {
  const segments: string[][] = [[]];
  for (const argument of argv) {
    if (argument === ':') segments.push([]);
    else segments.at(-1)?.push(argument);
  }
  return segments;
}

/** What there is to type behind a command, and what its `--help` says. */
export interface Syntax {
  /** As it is typed. */
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  readonly options: readonly OptionRow[];
  /** Stands after the options. */
  readonly helpEnd: string;
}

const TSRUN: Syntax = {
  name: 'tsrun',
  usage: '[options] program.ts [args…] [: [options] program2.ts [args…]]',
  about: 'Start the ranks of a message-passing program.',
  options: OPTIONS,
  helpEnd: HELP_END,
};

/** Read the options of one program and find where they end. */
export function readSegment(
  argv: readonly string[],
  version: string,
  syntax: Syntax = TSRUN,
): Segment | Printout {
  let printed = '';
  const command = build(syntax, version, (text) => {
    printed += text;
  });
  try {
    command.parse(normalise(argv, command.options, syntax), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return new Printout(printed);
    throw new UsageError(rephrase(error.message, syntax.name));
  }
  const [program, ...args] = command.args;
  return { typed: command.opts(), program, args };
}

function build(
  { name, usage, about, options, helpEnd }: Syntax,
  version: string,
  print: (text: string) => void,
): Command {
  const command = newCommand(name, print)
    .usage(usage)
    .description(about)
    .argument('[program]')
    .argument('[args...]')
    .passThroughOptions()
    .configureHelp({ visibleArguments: () => [], optionTerm: (option) => term(option.flags) })
    .addHelpText('after', helpEnd);
  for (const row of options) {
    const option = new Option(row.flags, row.about).helpGroup(row.group);
    option.hideHelp(row.hidden === true);
    if (row.repeatable === true) option.argParser(append);
    command.addOption(option);
    if (row.repeatable !== true) refuseRepetition(command, option);
  }
  return command
    .optionsGroup(options.at(-1)?.group ?? 'Options:')
    .version(version, '--version', 'print the version of tsmpi')
    .helpOption('-h, --help', 'print this text');
}

function append(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function refuseRepetition(command: Command, option: Option): void {
  let given = false;
  command.on(`option:${option.name()}`, () => {
    if (given) throw new UsageError(`${term(option.flags)} is given twice; once is enough`);
    given = true;
  });
}

/** Name an option as `--help` does. */
function term(flags: string): string {
  const row = OPTIONS.find((candidate) => candidate.flags === flags);
  return row?.shown ?? flags.replace(/[<>]/g, '');
}

/**
 * Rewrite what commander would read differently, up to the program's name.
 *
 * `-np` has two letters; commander knows one long name of an option; the value of an optional-value option stands after `=` alone, for else
 * `--inspect ring.ts` would take the program for a list of ranks; a missing value is named here,
 * since the next option would be taken for it.
 */
function normalise(
  argv: readonly string[],
  options: readonly Option[],
  { name }: Syntax,
): string[] {
  const result: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const typed = argv[i] ?? '';
    if (typed === '--' || typed === '-' || !typed.startsWith('-')) {
      return [...result, ...argv.slice(i)];
    }
    const argument = typed
      .replace(/^-np(?=\d*$)/, '-n')
      .replace(/^--machinefile(?==|$)/, '--hostfile');
    const next = argv[i + 1];
    const option = options.find(({ short, long }) => argument === short || argument === long);
    const ofOthers =
      option === undefined && name === TSRUN.name ? describeOfOthers(typed) : undefined;
    if (ofOthers !== undefined) {
      throw new UsageError(`unknown option ${shown(typed)}; ${ofOthers}`);
    } else if (/^-\d/.test(argument)) {
      throw new UsageError(`unknown option ${shown(argument)}; see ${name} --help`);
    } else if (option?.required === true) {
      if (next === undefined) {
        throw new UsageError(`${typed} needs a value: ${term(option.flags)}`);
      }
      result.push(argument, next);
      i += 1;
    } else if (option?.long === '--tag') {
      const valued = next !== undefined && TAG_WORDS.includes(next);
      result.push(`--tag=${valued ? next : 'rank'}`);
      if (valued) i += 1;
    } else if (option?.optional === true) {
      result.push(`${argument}=all`);
    } else {
      result.push(argument);
    }
  }
  return result;
}
