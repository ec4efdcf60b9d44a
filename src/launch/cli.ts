import { availableParallelism, hostname } from 'node:os';
import { resolve } from 'node:path';
import { foreignRank } from '../base/foreign-rank.ts';
import { terminalOf } from '../base/progress-line.ts';
import { CacheError } from '../cache/folder.ts';
import { makeKeys } from '../transport/zeromq/keys.ts';
import { type Allocation, launcherFor } from './allocation.ts';
import { parseCommandLine } from './command-line.ts';
import { CompileError } from './compile/compile.ts';
import { makeFolders } from './forward/files.ts';
import { type Installation, ownInstallation, versionOf } from './installation.ts';
import type { JobContext } from './job-context.ts';
import { shown } from './options/quote.ts';
import { type JobOptions, UsageError } from './options.ts';
import { describeOversubscription } from './oversubscription.ts';
import { describePlan, plan } from './plan.ts';
import { compileAll, packAll } from './programs.ts';
import { bootstrapCommand } from './remote/bootstrap.ts';
import { isThisHost } from './remote/start-for.ts';
import { runOnThisHost } from './run-here.ts';
import { checkProgramWords, describeStrayCount } from './stray-words.ts';

/** The shell's code for a command line that makes no sense. */
export const USAGE_EXIT_CODE = 2;

/** Errors whose messages are for the user as they are. */
const FINISHED = [UsageError, CompileError, CacheError];

/**
 * tsrun: read the command line, compile, start the ranks, watch over them.
 *
 * @param argv  what was typed behind `tsrun`
 * @returns the exit code
 */
export async function main(argv: readonly string[], process: NodeJS.Process): Promise<number> {
  try {
    const installation = ownInstallation();
    const version = versionOf(installation);
    const here = { cwd: process.cwd(), host: hostname(), cores: availableParallelism() };
    const command = parseCommandLine(argv, { version, ...here, env: process.env });
    if (command.kind === 'run') {
      return await run(command.job, command.allocation, installation, process);
    }
    process.stdout.write(command.text);
    return 0;
  } catch (error) {
    process.stderr.write(describeMistake(error));
    return USAGE_EXIT_CODE;
  }
}

/** Word a mistake of the user's for standard error. @throws the error itself if it is none */
export function describeMistake(error: unknown): string {
  if (!FINISHED.some((kind) => error instanceof kind) || !(error instanceof Error)) throw error;
  // A mistake inside a program begins with its place, as editors expect it.
  const inProgram = error instanceof CompileError && error.message.includes('\n');
  return `${inProgram ? '' : 'tsrun: '}${error.message}\n`;
}

async function run(
  job: JobOptions,
  allocation: Allocation,
  installation: Installation,
  process: NodeJS.Process,
): Promise<number> {
  const host = hostname();
  const cwd = process.cwd();
  const { hosts } = allocation;
  checkProgramWords(job.programs, cwd);
  const ranks = plan(job, { cwd, ...allocation });
  const sharing = describeOversubscription(
    ranks.map((rank) => rank.host),
    allocation,
  );
  const notices = [sharing, describeStrayCount(job.programs), describeOthers(process.env)];
  for (const notice of notices) {
    if (notice !== undefined && !job.quiet) process.stderr.write(`tsrun: ${notice}\n`);
  }
  if (job.dryRun) {
    process.stdout.write(describePlan(ranks, { cwd, ...allocation }));
    return 0;
  }
  const verbose = (text: string): void => {
    if (job.verbose) process.stderr.write(`tsrun: ${text}\n`);
  };
  if (job.outputDir !== undefined) makeOutputFolder(job.outputDir);
  // Hosts without a rank may get some yet: what is spawned can go there.
  const onThisHost = job.launcher === undefined && hosts.every((one) => isThisHost(one, host));
  const { eagerBytes } = job;
  const context: JobContext = {
    installation,
    common: {
      size: ranks.length,
      eagerBytes: eagerBytes === Number.POSITIVE_INFINITY ? -1 : eagerBytes,
      choices: job.choices,
      check: job.check,
      columns: job.quiet ? undefined : terminalOf(process.stderr)?.columns,
      // Of the whole job alike, whichever of them have memory to share.
      sockets: job.transports.find((transport) => transport !== 'shm'),
      keys: onThisHost && !job.transports.includes('zeromq-tcp') ? undefined : makeKeys(),
    },
    allocation,
    host,
    cwd,
    process,
    verbose,
  };
  if (onThisHost) {
    const compiled = await compileAll(ranks, context);
    return await runOnThisHost(job, ranks, compiled, context);
  }
  // Loaded only when it is needed: nothing may slow the start of a job.
  const { runOnHosts } = await import('./run-on-hosts.ts');
  // What cannot be meant is told before anything is started.
  bootstrapCommand(job.node);
  const options = { ...job, launcher: launcherFor(job, allocation) };
  return await runOnHosts(options, ranks, hosts, packAll(ranks, context), context);
}

/** Say, once for all of them, that another launcher has started several of these; undefined if it has not. */
function describeOthers(env: NodeJS.ProcessEnv): string | undefined {
  const { launcher, rank, size } = foreignRank(env) ?? { launcher: '', rank: 0, size: 1 };
  if (size === 1 || rank !== 0) return undefined;
  return `${launcher} started ${size} of these, and each starts a job of its own; for one job: ${launcher} -n ${size} npx tsrun join program.ts`;
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
