import { type Allocation, findHosts } from '../allocation.ts';
import { type RemoteOptions, readRemote, type TypedRemote } from '../options/remote.ts';
import { Printout, readSegment, type Syntax } from '../options/syntax.ts';
import { OPTIONS, type OptionRow } from '../options/table.ts';
import { UsageError } from '../options/usage-error.ts';
import type { CommandLineContext } from '../options.ts';

/** What one command line asks for. */
export interface DoctorOptions extends RemoteOptions {
  readonly json: boolean;
  readonly allocation: Allocation;
}

/** Hosts to examine, or a text for stdout after which all is done. */
export type DoctorCommand =
  | { readonly kind: 'run'; readonly options: DoctorOptions }
  | { readonly kind: 'print'; readonly text: string };

/** Those of tsrun that say which hosts there are and how they are reached. */
const OF_TSRUN = [
  'host',
  'hostfile',
  'launcher',
  'sshArgs',
  'node',
  'iface',
  'portRange',
  'hostTimeout',
];

const GROUP = 'Options:';

const ROWS: readonly OptionRow[] = [
  ...OPTIONS.filter(({ key }) => OF_TSRUN.includes(key)).map((row) => ({ ...row, group: GROUP })),
  {
    flags: '--json',
    key: 'json',
    scope: 'job',
    group: GROUP,
    about: 'print all that was found as JSON',
  },
];

const HELP_END = `
The steps: the name leads to an address (resolve), an ssh server answers (tcp), a command can be run (ssh,
or what --launcher names), there is a Node that is new enough, tsmpi can be brought there (runtime), how far
its clock is off, and every host reaches every other one (ports). '–' is a step that does not apply, or
comes after one that failed. Without hosts: those of the Slurm allocation, or this one.

The exit code is 0 if a job could run, 1 if not, 2 for a mistake on the command line.
A program called doctor is run with ./doctor.

Examples:
  tsrun doctor -f hosts.txt
  tsrun doctor -H node1,node2 --ssh-args '-F ssh_config' --port-range 40000:40100
  tsrun doctor -H a,b --launcher 'docker exec -i {host} {command}'
`;

const SYNTAX: Syntax = {
  name: 'tsrun doctor',
  usage: '[options]',
  about: 'Find out whether a job could run on these hosts, and what is in its way.',
  options: ROWS,
  helpEnd: HELP_END,
};

/**
 * Read the arguments of `tsrun doctor`.
 *
 * @throws UsageError for anything that cannot be meant
 */
export function parseDoctorOptions(
  argv: readonly string[],
  context: CommandLineContext,
): DoctorCommand {
  const segment = readSegment(argv, context.version, SYNTAX);
  if (segment instanceof Printout) return { kind: 'print', text: segment.text };
  const { program } = segment;
  if (program !== undefined) {
    throw new UsageError(
      `'${program}' is no option; see tsrun doctor --help, and to run a file called doctor: tsrun ./doctor`,
    );
  }
  const typed = segment.typed as TypedRemote & { host?: string; hostfile?: string; json?: true };
  const remote = readRemote(typed);
  const { host, hostfile, json } = typed;
  const { launcher } = remote;
  const allocation = findHosts({ hosts: host, hostfile, launcher }, context);
  return { kind: 'run', options: { ...remote, json: json ?? false, allocation } };
}
