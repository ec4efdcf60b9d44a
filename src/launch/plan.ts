import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { HostMistake } from '../hosts/mistake.ts';
import { placeRanks } from '../hosts/place.ts';
import type { Allocation } from './allocation.ts';
import { shellWord, shown } from './options/quote.ts';
import { UsageError } from './options/usage-error.ts';
import type { JobOptions, ProgramOptions } from './options.ts';
import { checkLimit } from './oversubscription.ts';

/** Everything that is decided about one rank before it starts. */
export interface RankPlan {
  readonly rank: number;
  /** Which of the job's hosts it runs on, counted from 0. */
  readonly host: number;
  /** Which of the job's programs this rank runs, counted from 0. */
  readonly app: number;
  /** The source file, absolute. */
  readonly program: string;
  readonly args: readonly string[];
  /** What `-x` sets, besides the launcher's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder to run in, absolute; on the launcher's own host alone it existed when the plan was made. */
  readonly wdir: string;
  /** Options for Node, those for the debugger included. */
  readonly nodeArgs: readonly string[];
}

/** Where the plan is made, and for which hosts. */
export interface PlanContext extends Allocation {
  /** The launcher's working folder, absolute: programs and `--wdir` are looked for from here. */
  readonly cwd: string;
}

/**
 * Decide what each rank runs and where, in rank order: programs in the order typed, ranks counting on.
 *
 * @throws UsageError if a `--wdir` is not a folder, or if the hosts do not take so many ranks
 */
export function plan(job: JobOptions, context: PlanContext): readonly RankPlan[] {
  const hosts = place(job, context);
  const ranks: RankPlan[] = [];
  for (const [app, options] of job.programs.entries()) {
    const program = resolve(context.cwd, options.program);
    const wdir = findFolder(options, context);
    for (let i = 0; i < options.ranks; i++) {
      const rank = ranks.length;
      const host = hosts[rank] ?? 0;
      const { args, env } = options;
      const nodeArgs = [...options.nodeArgs, ...debuggerArgs(job, rank)];
      ranks.push({ rank, host, app, program, args, env, wdir, nodeArgs });
    }
  }
  return ranks;
}

/** Place the ranks of all programs, one after the other. */
function place({ programs, mapBy, perNode }: JobOptions, allocation: Allocation): number[] {
  const ranks = programs.reduce((sum, program) => sum + program.ranks, 0);
  try {
    const hosts = placeRanks(ranks, allocation.hosts, { mapBy, perNode });
    checkLimit(hosts, allocation);
    return hosts;
  } catch (error) {
    if (error instanceof HostMistake) throw new UsageError(error.message);
    throw error;
  }
}

/**
 * Find the folder in which the ranks of one program run; the only look at the disk in here.
 *
 * Where there are other hosts, the folder may be on those alone: each looks for itself.
 */
function findFolder({ wdir }: ProgramOptions, { cwd, source }: PlanContext): string {
  if (wdir === undefined) return cwd;
  const folder = resolve(cwd, wdir);
  if (source !== 'here') return folder;
  const fault = folderFault(folder);
  if (fault === undefined) return folder;
  throw new UsageError(`--wdir ${shown(wdir)}: ${fault}; looked for ${folder}`);
}

/** Say why ranks cannot run in a folder; undefined if they can. */
export function folderFault(folder: string): string | undefined {
  try {
    return statSync(folder).isDirectory() ? undefined : 'this is not a folder';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'there is no such folder' : `this cannot be opened (${code})`;
  }
}

/** The options for Node with which a rank can be debugged. Port 0, so that Node picks a free one: fixed ports would clash with the next job. */
export function debuggerArgs({ inspect }: JobOptions, rank: number): readonly string[] {
  if (inspect === undefined) return [];
  if (inspect.ranks !== 'all' && !inspect.ranks.includes(rank)) return [];
  return [`--${inspect.mode}=127.0.0.1:0`];
}

/**
 * Show a plan to the user: one line for each run of ranks that do the same.
 *
 * Program and arguments are written so that a shell reads them back exactly. What differs from an
 * ordinary start, a folder, variables or options for Node, stands indented below.
 */
export function describePlan(ranks: readonly RankPlan[], context: PlanContext): string {
  const runs = joinRuns(ranks);
  const names = runs.map(([first, last]) =>
    first.rank === last.rank ? `rank ${first.rank}` : `rank ${first.rank}-${last.rank}`,
  );
  const hosts = runs.map(([{ host }]) => context.hosts[host]?.name ?? '');
  const width = widest(names);
  const hostWidth = widest(hosts);
  const indent = ' '.repeat(width + 2);
  let text = '';
  for (const [index, [{ program, args, wdir, env, nodeArgs }]] of runs.entries()) {
    const command = [fromHere(program, context.cwd), ...args].map(shellWord).join(' ');
    text += `${names[index]?.padEnd(width)}  ${hosts[index]?.padEnd(hostWidth)}  ${command}\n`;
    if (wdir !== context.cwd) text += `${indent}in ${shellWord(wdir)}\n`;
    const variables = Object.entries(env).map(([name, value]) => `${name}=${shellWord(value)}`);
    if (variables.length > 0) text += `${indent}with ${variables.join(' ')}\n`;
    if (nodeArgs.length > 0) text += `${indent}node ${nodeArgs.map(shellWord).join(' ')}\n`;
  }
  return text;
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
}

/** Join neighbouring ranks that differ in their number alone: the first and last of each run. */
function joinRuns(ranks: readonly RankPlan[]): [first: RankPlan, last: RankPlan][] {
  const runs: [RankPlan, RankPlan][] = [];
  for (const rank of ranks) {
    const run = runs.at(-1);
    if (run !== undefined && sameStart(run[0], rank)) run[1] = rank;
    else runs.push([rank, rank]);
  }
  return runs;
}

/** Ranks of one program differ only in their host, and in whether a debugger is asked for. */
function sameStart(a: RankPlan, b: RankPlan): boolean {
  return a.app === b.app && a.host === b.host && a.nodeArgs.join('\0') === b.nodeArgs.join('\0');
}

/** Name a file as seen from `cwd`, unless it lies outside. */
function fromHere(file: string, cwd: string): string {
  const path = relative(cwd, file);
  if (path === '' || path.startsWith('..') || isAbsolute(path)) return file;
  return path.startsWith('-') ? `./${path}` : path;
}
