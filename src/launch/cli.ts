import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RankStart } from '../control/message.ts';
import type { Allocation } from './allocation.ts';
import { chooseTransport, describeFallback, describeTransport } from './choose-transport.ts';
import { codeFile } from './compile/code-file.ts';
import { CompileError, compile } from './compile/compile.ts';
import { makeFolders } from './forward/files.ts';
import { Input } from './forward/input.ts';
import { Output } from './forward/output.ts';
import { LIBRARY, RUNTIME, RUNTIME_CODE, readVersion } from './installation.ts';
import { shown } from './options/quote.ts';
import { type JobOptions, parseCommandLine, UsageError } from './options.ts';
import { describePlan, plan, type RankPlan } from './plan.ts';
import { rankCommands } from './rank-command.ts';
import { type LocalStarter, startLocally } from './start/local.ts';
import type { Starter } from './start/start.ts';
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
    const here = { cwd: process.cwd(), host: hostname(), cores: availableParallelism() };
    const command = parseCommandLine(argv, { version, ...here, env: process.env });
    if (command.kind === 'run') {
      return await run(command.job, command.allocation, version, process);
    }
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

async function run(
  job: JobOptions,
  allocation: Allocation,
  version: string,
  process: NodeJS.Process,
): Promise<number> {
  const host = hostname();
  const cwd = process.cwd();
  const ranks = plan(job, { cwd, ...allocation });
  if (job.dryRun) {
    process.stdout.write(describePlan(ranks, { cwd, ...allocation }));
    return 0;
  }
  if (allocation.source !== 'here') {
    throw new UsageError('ranks run on this host only as yet; leave out hosts, or add --dry-run');
  }
  const verbose = (text: string): void => {
    if (job.verbose) process.stderr.write(`tsrun: ${text}\n`);
  };
  if (job.outputDir !== undefined) makeOutputFolder(job.outputDir);
  const compiled = await compileAll(ranks, version, verbose);
  const { eagerBytes } = job;
  const chosen = chooseTransport(job.transports, ranks.length);
  const { transport, segment } = chosen;
  const keys = transport === 'zeromq-tcp' ? await makeKeys() : undefined;
  const starter = startLocally({ verbose });
  const folder = makeFolder(starter);
  const common: Omit<RankStart, 'rank' | 'program' | 'compiled'> = {
    size: ranks.length,
    transport,
    segment: segment && {
      ringBytes: segment.ringBytes,
      crowded: ranks.length > availableParallelism(),
      wait: job.wait,
      addon: segment.addon,
    },
    folder,
    library: LIBRARY,
    code: codeFile(RUNTIME_CODE, process.env.NODE_OPTIONS ?? ''),
    eagerBytes: eagerBytes === Number.POSITIVE_INFINITY ? -1 : eagerBytes,
    choices: job.choices,
    check: job.check,
    keys,
  };
  const commands = rankCommands(ranks, compiled, common, segment?.file, job.stdin, process);
  if (chosen.lack !== '' && !job.quiet) {
    process.stderr.write(`tsrun: ${describeFallback(chosen)}\n`);
  }
  verbose(`${ranks.length} ranks on ${host}, ${describeTransport(chosen)}`);
  try {
    return await runAndForward(job, commands, starter, { host, cwd }, process);
  } finally {
    segment?.close();
  }
}

async function runAndForward(
  job: JobOptions,
  commands: ReturnType<typeof rankCommands>,
  starter: Starter,
  { host, cwd }: { host: string; cwd: string },
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
  const { graceSeconds, timeoutSeconds, onFailure, quiet } = job;
  running = runJob(
    { size, graceSeconds, timeoutSeconds, onFailure, quiet, hostOf: () => host, cwd },
    commands,
    starter,
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

function makeOutputFolder(folder: string): void {
  try {
    makeFolders(resolve(folder));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'this is not a folder' : message;
    throw new UsageError(`--output-dir ${shown(folder)}: ${reason}`);
  }
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
function makeFolder(starter: LocalStarter): string {
  const parent = tmpdir().length <= LONGEST_TMPDIR ? tmpdir() : '/tmp';
  for (;;) {
    const folder = join(parent, JOB_FOLDER_PREFIX + randomBytes(3).toString('hex'));
    // First of all, so that it goes with this process even if that is killed the moment after.
    starter.watchFolder(folder);
    try {
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      throw new UsageError(
        `cannot make a folder in ${parent} (${code}); set TMPDIR to a folder that can be written`,
      );
    }
  }
}

async function makeKeys(): Promise<RankStart['keys']> {
  const { curveKeyPair } = await import('zeromq');
  return curveKeyPair();
}
