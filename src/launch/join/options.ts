import type { ForeignRank } from '../../base/foreign-rank.ts';
import { parseCommandLine } from '../command-line.ts';
import { Printout, readSegment, type Syntax, splitPrograms } from '../options/syntax.ts';
import { OPTIONS, type OptionRow } from '../options/table.ts';
import { MAX_RANKS, readSeconds } from '../options/values.ts';
import { type CommandLineContext, type JobOptions, UsageError } from '../options.ts';

const NUMBER = 'how many ranks there are, and where, is said to the launcher that starts them';
const HOSTS = 'the hosts are those on which the other launcher starts its processes';
const STREAMS = "each rank has its own process's standard streams, as the other launcher made them";

/** Options of tsrun that make no sense where the ranks are started already, and why. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['np', NUMBER],
  ['perNode', NUMBER],
  ['mapBy', NUMBER],
  ['host', HOSTS],
  ['hostfile', HOSTS],
  ['launcher', HOSTS],
  ['sshArgs', HOSTS],
  ['tag', `${STREAMS}: see srun --label, mpirun --tag-output, mpiexec -prepend-rank`],
  ['json', STREAMS],
  [
    'outputDir',
    `${STREAMS}: see srun --output, mpirun --output-filename, mpiexec -outfile-pattern`,
  ],
  ['stdin', `${STREAMS}: see srun --input, mpirun --stdin, mpiexec -stdin`],
  ['dryRun', 'the processes are there already, and wait for each other'],
]);

const PATIENCE: OptionRow = {
  flags: '--join-timeout <S>',
  shown: '--join-timeout S',
  key: 'joinTimeout',
  scope: 'job',
  group: 'Ranks:',
  about: 'wait so many seconds until all ranks are there (default: 10, on several hosts 30)',
};

const SYNTAX: Syntax = {
  name: 'tsrun join',
  usage: '[options] program.ts [args…]',
  about:
    'Be one rank of a job whose ranks another launcher starts: srun -n 4 npx tsrun join ring.ts',
  options: [PATIENCE, ...OPTIONS.map((row) => ({ ...row, hidden: REFUSED.has(row.key) }))],
  helpEnd: `
The processes that srun, mpirun or mpiexec starts find each other, on one host with any of them, on
several with those that run in a Slurm allocation. Rank 0 compiles the program and watches over the
others; its options are those of the job, but -x, --wdir and --node-args, which each process takes from
its own command line. Output and input of a rank are those of its process.

Examples:
  srun -n 4 npx tsrun join ring.ts        in a Slurm allocation, on as many hosts as it has
  mpirun -n 4 npx tsrun join ring.ts      Open MPI, on one host
  mpiexec -n 4 npx tsrun join ring.ts     MPICH, Intel MPI: on one host
`,
};

/** What one command line of `tsrun join` asks for, or a text for stdout after which all is done. */
export type JoinLine =
  | {
      readonly kind: 'join';
      readonly job: JobOptions;
      /** How long ranks wait for each other; undefined if not given. */
      readonly patienceMs: number | undefined;
    }
  | { readonly kind: 'print'; readonly text: string };

/**
 * Read the arguments of `tsrun join`.
 *
 * @param foreign  what started this process; undefined if nothing did, which is a mistake unless help is asked for
 * @throws UsageError
 */
export function parseJoin(
  argv: readonly string[],
  foreign: ForeignRank | undefined,
  context: CommandLineContext,
): JoinLine {
  const programs = splitPrograms(argv);
  const segment = readSegment(programs[0] ?? [], context.version, SYNTAX);
  if (segment instanceof Printout) return { kind: 'print', text: segment.text };
  if (foreign === undefined) throw new UsageError(NOT_STARTED);
  if (programs.length > 1) {
    throw new UsageError(
      `tsrun join starts one program; several are given to ${foreign.launcher}: its own ':' separates whole command lines`,
    );
  }
  for (const { key, flags } of OPTIONS) {
    const why = REFUSED.get(key);
    if (segment.typed[key] === undefined || why === undefined) continue;
    throw new UsageError(`${flags.split(/[ ,]/)[0]} cannot be given to tsrun join: ${why}`);
  }
  const { size, launcher } = foreign;
  if (size > MAX_RANKS) {
    throw new UsageError(`${launcher} started ${size} ranks; the limit is ${MAX_RANKS}`);
  }
  // As a task of a step, so that the hosts of the allocation are not taken to be free for new ranks.
  const env = { SLURM_STEP_ID: '0', ...context.env };
  const rest = withoutPatience(argv, argv.length - segment.args.length);
  const line = parseCommandLine(['-n', String(size), ...rest], { ...context, env });
  if (line.kind === 'print') return line;
  const typed = segment.typed.joinTimeout as string | undefined;
  const seconds = typed && readSeconds('--join-timeout', typed, { zero: false });
  return {
    kind: 'join',
    job: { ...line.job, stdin: 'none', tag: 'none' },
    patienceMs: seconds === undefined || seconds === '' ? undefined : seconds * 1000,
  };
}

/** What is left for tsrun, which does not know that option. */
function withoutPatience(argv: readonly string[], end: number): string[] {
  const [name = ''] = PATIENCE.flags.split(' ');
  return argv.filter((word, at) => {
    const isOption = word === name || word.startsWith(`${name}=`);
    return at >= end || !(isOption || argv[at - 1] === name);
  });
}

const NOT_STARTED =
  'tsrun join is for processes that another launcher started as ranks, and none of its variables is set ' +
  '(OMPI_COMM_WORLD_RANK and _SIZE, PMI_RANK and _SIZE, SLURM_STEP_ID and SLURM_PROCID): ' +
  'srun -n 4 npx tsrun join program.ts; to start ranks without one: npx tsrun -n 4 program.ts';
