import { openHost } from './host.ts';
import type { JobContext } from './job-context.ts';
import { UsageError } from './options/usage-error.ts';
import type { JobOptions } from './options.ts';
import type { RankPlan } from './plan.ts';
import { type ReadyJob, runAndForward } from './run-job.ts';
import { HostMemory } from './segment.ts';
import { startLocally } from './start/local.ts';
import type { RankCommand } from './start/start.ts';

/**
 * Run a job whose ranks are all on this host, as children of this process.
 *
 * @param compiled  the compiled entry of each source file
 * @returns the exit code
 */
export async function runOnThisHost(
  options: JobOptions,
  plans: readonly RankPlan[],
  compiled: ReadonlyMap<string, string>,
  context: JobContext,
): Promise<number> {
  const { installation, common, host, cwd, process, verbose } = context;
  const starter = startLocally({ verbose });
  const ranks = plans.map((plan) => ({
    ...plan,
    compiled: compiled.get(plan.program) ?? plan.program,
    stdin: stdinOf(options, plan.rank),
  }));
  const { transports, wait } = options;
  const memory = new HostMemory({ addonsFrom: installation.runtimeCode });
  const opened = tryOpen(() =>
    openHost({ common, ranks, transports, wait, installation }, memory, starter, process),
  );
  if (opened.fallback !== '' && !options.quiet) {
    process.stderr.write(`tsrun: ${opened.fallback}\n`);
  }
  verbose(`${ranks.length} ranks on ${host}, ${opened.transport}`);
  const { commands, folder } = opened;
  const ready: ReadyJob<RankCommand> = {
    options,
    commands,
    starter,
    hostOf: () => host,
    cwd,
    loadGrower: async (running, note) => {
      const { growHere } = await import('./grow/here.ts');
      return growHere({ options, plans, context, folder, memory, starter }, running, note);
    },
  };
  return await runAndForward(ready, process);
}

/** Whether the rank's standard input is written to. */
export function stdinOf({ stdin }: JobOptions, rank: number): 'pipe' | 'null' {
  return stdin === 'all' || stdin === rank ? 'pipe' : 'null';
}

/** What this host lacks is for the user to change, as a wrong command line is. */
function tryOpen<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    throw new UsageError(error.message);
  }
}
