import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { type Ended, Run, type RunOptions } from './run.ts';

/** A command that stands for ssh, and a host that is this one for everybody else. */
export const LAUNCHER = 'sh -c "{command}"';

/** How a run on two hosts may differ. */
export interface OnHostsOptions extends RunOptions {
  /** What stands for ssh. */
  readonly launcher?: string;
  /** As `-H` has it. */
  readonly hosts?: string;
}

/** Start the real tsrun with agents on hosts `a` and `b`, which are both this one. */
export function startOnHosts(
  t: ExecutionContext,
  args: readonly string[],
  { launcher = LAUNCHER, hosts = 'a:2,b:2', ...options }: OnHostsOptions = {},
): Promise<Run> {
  return Run.tsrun(t, ['-H', hosts, '--launcher', launcher, ...args], options);
}

/** The same, to its end. */
export async function onTwoHosts(
  t: ExecutionContext,
  args: readonly string[],
  options?: OnHostsOptions,
): Promise<Ended> {
  return await (await startOnHosts(t, args, options)).ended;
}

/** The agent that started a rank, given the process id of the rank. */
export function agentOf(rank: number): number {
  return parentOf(rank);
}

/** The command that stands for ssh, by which a rank came to run: what tsrun itself has started. */
export function startOf(run: Run, rank: number): number {
  let pid = rank;
  for (let parent = parentOf(pid); parent !== run.pid; parent = parentOf(pid)) {
    if (parent <= 1) throw new Error(`${rank} does not descend from ${run.pid}`);
    pid = parent;
  }
  return pid;
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in parentheses may hold anything.
  const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(parent);
}
