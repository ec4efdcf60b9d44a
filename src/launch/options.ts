import type { AlgorithmChoices } from '../base/algorithms.ts';
import type { TransportName, WaitMode } from '../control/message.ts';
import {
  type Allocation,
  type AllocationContext,
  findHosts,
  type HostOptions,
} from './allocation.ts';
import { readChoices } from './options/choices.ts';
import { type RemoteOptions, readRemote, type TypedRemote } from './options/remote.ts';
import type { Segment } from './options/syntax.ts';
import { OPTIONS } from './options/table.ts';
import { UsageError } from './options/usage-error.ts';
import {
  MAX_RANKS,
  readBytes,
  readCount,
  readDeadlockReaction,
  readEnvironment,
  readMapBy,
  readNodeArgs,
  readPerNode,
  readRanks,
  readReaction,
  readSeconds,
  readStdin,
  readTag,
  readTransports,
  readWait,
} from './options/values.ts';

export { UsageError };

/** One program of the job, and what holds for its ranks alone. */
export interface ProgramOptions {
  readonly ranks: number;
  /** Whether this number was given, or is the usual one. */
  readonly ranksGiven: boolean;
  /** As typed. */
  readonly program: string;
  readonly args: readonly string[];
  /** What `-x` sets, besides the launcher's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** As typed. */
  readonly wdir: string | undefined;
  readonly nodeArgs: readonly string[];
}

/** What one command line asks for. */
export interface JobOptions extends HostOptions, RemoteOptions {
  /** So many ranks on each host, whatever its slots. */
  readonly perNode: number | undefined;
  readonly mapBy: 'slot' | 'node';
  /** In the order of their ranks; never empty. */
  readonly programs: readonly ProgramOptions[];
  /** `auto`, where nothing was said: by rank on a terminal, none elsewhere. */
  readonly tag: 'none' | 'rank' | 'host' | 'time' | 'auto';
  readonly outputDir: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly stdin: number | 'all' | 'none';
  readonly timeoutSeconds: number | undefined;
  /** Undefined if not given; 0 is a legal choice. */
  readonly graceSeconds: number | undefined;
  /** The first that can be had is taken. */
  readonly transports: readonly TransportName[];
  /** How ranks that share memory wait for messages. */
  readonly wait: WaitMode;
  /** May be Infinity. */
  readonly eagerBytes: number;
  /** Algorithms of collective operations. */
  readonly choices: AlgorithmChoices;
  /** Whether ranks compare their collective calls. */
  readonly check: boolean;
  readonly inspect:
    | { readonly mode: 'inspect' | 'inspect-brk'; readonly ranks: readonly number[] | 'all' }
    | undefined;
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly onFailure: 'kill' | 'continue';
  readonly onDeadlock: 'end' | 'show' | 'ignore';
}

/** What the meaning of a command line depends on besides its words. */
export interface CommandLineContext extends AllocationContext {
  readonly version: string;
}

/** Standard sends up to this size are eager unless `--eager` says otherwise. */
const DEFAULT_EAGER_BYTES = 32768;

const DEFAULT_TRANSPORTS: readonly TransportName[] = ['shm', 'zeromq'];

/**
 * Judge what was typed before each program.
 *
 * @throws UsageError for anything that cannot be meant
 */
export function judge(
  segments: readonly Segment[],
  context: AllocationContext,
): { readonly job: JobOptions; readonly allocation: Allocation } {
  const typed = mergeJobOptions(segments);
  const where = readWhere(typed);
  const allocation = findHosts(where, context);
  const byDefault = segments.length > 1 ? 1 : defaultRanks(where, allocation);
  const programs = segments.map((segment, index) =>
    readProgram(segment, index, segments.length, { byDefault, env: context.env }),
  );
  const ranks = programs.reduce((sum, program) => sum + program.ranks, 0);
  if (ranks > MAX_RANKS) {
    throw new UsageError(`the programs ask for ${ranks} ranks together; the limit is ${MAX_RANKS}`);
  }
  return { job: { ...where, ...readJob(typed, programs, ranks) }, allocation };
}

/** What the options say of hosts: needed before ranks can be counted. */
type Where = HostOptions & RemoteOptions & Pick<JobOptions, 'perNode' | 'mapBy'>;

function readWhere(typed: TypedJob): Where {
  const { host, hostfile, perNode, mapBy } = typed;
  return {
    ...readRemote(typed),
    hosts: host,
    hostfile,
    perNode: perNode === undefined ? undefined : readPerNode(perNode),
    mapBy: mapBy === undefined ? 'slot' : readMapBy(mapBy),
  };
}

/** How many ranks a program gets for which no number is given. */
function defaultRanks({ perNode }: Where, allocation: Allocation): number {
  return perNode === undefined ? allocation.defaultRanks : perNode * allocation.hosts.length;
}

function readProgram(
  { typed, program, args }: Segment,
  index: number,
  programs: number,
  context: { byDefault: number; env: CommandLineContext['env'] },
): ProgramOptions {
  if (program === undefined || program === '') {
    const which =
      programs === 1 ? 'no program is given' : `program ${index + 1} of ${programs} is missing`;
    throw new UsageError(`${which}; usage: tsrun [options] program.ts [args…]; see tsrun --help`);
  }
  const given = typed as { np?: string; env?: string[]; wdir?: string; nodeArgs?: string };
  if (given.wdir === '') throw new UsageError('--wdir is empty; give a folder');
  return {
    ranks: given.np === undefined ? context.byDefault : readCount(given.np),
    ranksGiven: given.np !== undefined,
    program,
    args,
    env: readEnvironment(given.env ?? [], context.env),
    wdir: given.wdir,
    nodeArgs: readNodeArgs(given.nodeArgs ?? ''),
  };
}

/** The options that hold for the whole job, from whichever program they were typed before. */
interface TypedJob extends TypedRemote {
  host?: string;
  hostfile?: string;
  perNode?: string;
  mapBy?: string;
  tag?: string;
  outputDir?: string;
  json?: true;
  quiet?: true;
  verbose?: true;
  stdin?: string;
  timeout?: string;
  grace?: string;
  onFailure?: string;
  deadlock?: string;
  transport?: string;
  wait?: string;
  eager?: string;
  coll?: string;
  check?: true;
  inspect?: string;
  inspectBrk?: string;
  dryRun?: true;
}

function mergeJobOptions(segments: readonly Segment[]): TypedJob {
  const merged: Record<string, unknown> = {};
  for (const { flags, key, scope } of OPTIONS) {
    if (scope !== 'job') continue;
    for (const { typed } of segments) {
      if (typed[key] === undefined) continue;
      if (merged[key] !== undefined) {
        const name = flags.split(/[ ,]/)[0];
        throw new UsageError(`${name} holds for the whole job; give it before one program only`);
      }
      merged[key] = typed[key];
    }
  }
  return merged;
}

function readJob(
  typed: TypedJob,
  programs: readonly ProgramOptions[],
  ranks: number,
): Omit<JobOptions, keyof Where> {
  const { tag, timeout, grace, onFailure, deadlock, transport, eager } = typed;
  if (typed.quiet === true && typed.verbose === true) {
    throw new UsageError('--quiet and --verbose exclude each other; give one of them');
  }
  if (typed.outputDir === '') throw new UsageError('--output-dir is empty; give a folder');
  return {
    programs,
    tag: tag === undefined ? 'auto' : readTag(tag),
    outputDir: typed.outputDir,
    json: typed.json ?? false,
    quiet: typed.quiet ?? false,
    stdin: readStdin(typed.stdin ?? '0', ranks),
    timeoutSeconds:
      timeout === undefined ? undefined : readSeconds('--timeout', timeout, { zero: false }),
    graceSeconds: grace === undefined ? undefined : readSeconds('--grace', grace, { zero: true }),
    transports: transport === undefined ? DEFAULT_TRANSPORTS : readTransports(transport),
    wait: typed.wait === undefined ? 'adaptive' : readWait(typed.wait),
    eagerBytes: eager === undefined ? DEFAULT_EAGER_BYTES : readBytes(eager),
    choices: typed.coll === undefined ? {} : readChoices(typed.coll),
    check: typed.check ?? false,
    inspect: readInspect(typed, ranks),
    dryRun: typed.dryRun ?? false,
    verbose: typed.verbose ?? false,
    onFailure: onFailure === undefined ? 'kill' : readReaction(onFailure),
    onDeadlock: deadlock === undefined ? 'end' : readDeadlockReaction(deadlock),
  };
}

function readInspect({ inspect, inspectBrk }: TypedJob, ranks: number): JobOptions['inspect'] {
  if (inspect !== undefined && inspectBrk !== undefined) {
    throw new UsageError('--inspect and --inspect-brk exclude each other; give one of them');
  }
  if (inspectBrk !== undefined) {
    return { mode: 'inspect-brk', ranks: readRanks('--inspect-brk', inspectBrk, ranks) };
  }
  if (inspect === undefined) return undefined;
  return { mode: 'inspect', ranks: readRanks('--inspect', inspect, ranks) };
}
