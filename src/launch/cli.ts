import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RankStart, TransportName } from '../control/message.ts';
import { CompileError, compile } from './compile/compile.ts';
import { Input } from './forward/input.ts';
import { Output } from './forward/output.ts';
import { LIBRARY, RUNTIME, readVersion } from './installation.ts';
import { type JobOptions, parseCommandLine, UsageError } from './options.ts';
import { describePlan, plan, type RankPlan } from './plan.ts';
import { rankCommands } from './rank-command.ts';
import { makeSegment, NoSegment, type Segment } from './segment.ts';
import { startLocally } from './start/local.ts';
import { JOB_FOLDER_PREFIX } from './start/warden.ts';
import { type RunningJob, runJob } from './supervise.ts';

/** The shell's code for a command line that makes no sense. */
const USAGE_EXIT_CODE = 2;
/** As if killed by SIGPIPE: nobody reads our output any more. */
const PIPE_EXIT_CODE = 141;

/** A socket file in the job's folder must fit into 107 bytes. */
const LONGEST_TMPDIR = 70;

/**
 * tsrun: read the command line, compile, start the ranks, watch over them.
 *
 * @param argv  what was typed behind `tsrun`
 * @returns the exit code
 */
export async function main(argv: readonly string[], process: NodeJS.Process): Promise<number> {
  try {
    const version = readVersion();
    const cores = availableParallelism();
    const command = parseCommandLine(argv, { version, cores, env: process.env });
    if (command.kind === 'run') return await run(command.job, version, process);
    process.stdout.write(command.text);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CompileError)) throw error;
    // A mistake inside a program begins with its place, as editors expect it.
    const inProgram = error instanceof CompileError && error.message.includes('\n');
    process.stderr.write(`${inProgram ? '' : 'tsrun: '}${error.message}\n`);
    return USAGE_EXIT_CODE;
  }
}

async function run(job: JobOptions, version: string, process: NodeJS.Process): Promise<number> {
  const host = hostname();
  const cwd = process.cwd();
  const ranks = plan(job, { cwd, host });
  if (job.dryRun) {
    process.stdout.write(describePlan(ranks, { cwd, host }));
    return 0;
  }
  const compiled = await compileAll(ranks, version, (text) => {
    if (job.verbose) process.stderr.write(`tsrun: ${text}\n`);
  });
  const { transport, segment } = chooseTransport(job, ranks.length, process);
  const keys = transport === 'zeromq-tcp' ? await makeKeys() : undefined;
  // From here on nothing is waited for until somebody watches over the folder.
  const folder = makeFolder();
  try {
    const { eagerBytes } = job;
    const common: Omit<RankStart, 'rank' | 'program' | 'compiled'> = {
      size: ranks.length,
      transport,
      segment: segment && {
        ringBytes: segment.ringBytes,
        crowded: ranks.length > availableParallelism(),
      },
      folder,
      library: LIBRARY,
      eagerBytes: eagerBytes === Number.POSITIVE_INFINITY ? -1 : eagerBytes,
      keys,
    };
    const commands = rankCommands(ranks, compiled, common, segment?.file, job.stdin, process);
    return await runAndForward(job, commands, { host, cwd, folder, transport }, process);
  } finally {
    segment?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is settled before the ranks are started. */
interface Surroundings {
  readonly host: string;
  readonly cwd: string;
  readonly folder: string;
  readonly transport: TransportName;
}

/** Take the first transport that can be had, and say so if it is not the first that is wanted. */
function chooseTransport(
  { transports, quiet }: JobOptions,
  size: number,
  process: NodeJS.Process,
): { readonly transport: TransportName; readonly segment?: Segment } {
  let lack = '';
  for (const transport of transports) {
    if (lack !== '' && !quiet) {
      process.stderr.write(`tsrun: messages travel over ${transport}, not shm: ${lack}\n`);
    }
    if (transport !== 'shm' || size === 1) return { transport };
    try {
      return { transport, segment: makeSegment(size) };
    } catch (error) {
      if (!(error instanceof NoSegment)) throw error;
      lack = error.message;
    }
  }
  throw new UsageError(`--transport ${transports.join()}: ${lack}; or take shm,zeromq`);
}

async function runAndForward(
  job: JobOptions,
  commands: ReturnType<typeof rankCommands>,
  { host, cwd, folder, transport }: Surroundings,
  process: NodeJS.Process,
): Promise<number> {
  const size = commands.length;
  let running: RunningJob | undefined;
  const output = new Output({
    tag: job.tag,
    json: job.json,
    outputDir: job.outputDir,
    ranks: size,
    hostOf: () => host,
    colour: process.env.NO_COLOR === undefined,
    now: () => new Date(),
    stdout: process.stdout,
    stderr: process.stderr,
    onClosed: () => running?.stop(PIPE_EXIT_CODE),
  });
  const input = new Input({
    target: job.stdin,
    ranks: size,
    stdin: process.stdin,
    echoed: () => output.echoed(),
  });
  const verbose = (text: string): void => {
    if (job.verbose) output.note(`tsrun: ${text}`);
  };
  verbose(`${size} ranks on ${host}, messages over ${transport}`);
  const { graceSeconds, timeoutSeconds, onFailure, quiet } = job;
  running = runJob(
    { size, graceSeconds, timeoutSeconds, onFailure, quiet, host, cwd },
    commands,
    startLocally({ folder, verbose }),
    {
      onStarted: (rank) => {
        output.attach(rank.rank, 'stdout', rank.stdout);
        output.attach(rank.rank, 'stderr', rank.stderr);
        if (rank.stdin !== undefined) input.attach(rank.rank, rank.stdin);
        void rank.ended.then(() => input.detach(rank.rank));
      },
      abandon: (rank) => output.abandon(rank),
      note: (text) => output.note(text),
      tail: (rank) => output.tail(rank),
    },
  );
  const exitCode = await running.exitCode;
  input.close();
  await output.finish();
  return exitCode;
}

/** Compile each program once, however many ranks run it. */
async function compileAll(
  ranks: readonly RankPlan[],
  version: string,
  verbose: (text: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const programs = [...new Set(ranks.map((rank) => rank.program))];
  const entries = programs.map(async (program): Promise<[string, string]> => {
    const { entry, fromCache } = await compile({ program, runtime: RUNTIME, version });
    verbose(`${program}: ${fromCache ? 'compiled before' : 'compiled'}, see ${entry}`);
    return [program, entry];
  });
  return new Map(await Promise.all(entries));
}

/** Make the job's private folder: only this user can look into it, and sockets in it need no keys. */
function makeFolder(): string {
  const parent = tmpdir().length <= LONGEST_TMPDIR ? tmpdir() : '/tmp';
  return mkdtempSync(join(parent, JOB_FOLDER_PREFIX));
}

async function makeKeys(): Promise<RankStart['keys']> {
  const { curveKeyPair } = await import('zeromq');
  return curveKeyPair();
}
