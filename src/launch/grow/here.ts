import { openHost } from '../host.ts';
import type { JobContext } from '../job-context.ts';
import type { JobOptions } from '../options.ts';
import type { RankPlan } from '../plan.ts';
import { compileAll } from '../programs.ts';
import type { HostMemory } from '../segment.ts';
import type { LocalStarter } from '../start/local.ts';
import type { RankCommand } from '../start/start.ts';
import type { RunningJob } from '../supervise.ts';
import { Grower } from './grower.ts';

/** A job on this host. */
export interface JobHere {
  readonly options: JobOptions;
  readonly plans: readonly RankPlan[];
  readonly context: JobContext;
  /** The job's private folder. */
  readonly folder: string;
  /** What its ranks share. */
  readonly memory: HostMemory;
  readonly starter: LocalStarter;
}

/** Get more processes ready for a job whose ranks are all on this host, as children of this process. */
export function growHere(
  { options, plans, context, folder, memory, starter }: JobHere,
  running: RunningJob<RankCommand>,
  note: (text: string) => void,
): Grower<RankCommand> {
  const { installation, process } = context;
  const { transports, wait, quiet } = options;
  const verbose = (text: string): void => {
    if (options.verbose) note(`tsrun: ${text}`);
  };
  return new Grower<RankCommand>(running, {
    options,
    plans,
    context,
    onThisHost: true,
    prepare: async (wanted) => {
      const sources = wanted.filter(({ program }) => program !== installation.worker);
      const compiled = await compileAll(sources, { ...context, verbose });
      return async (growing, common, eldersOn) => {
        const ranks = growing.map((plan) => ({
          ...plan,
          compiled: compiled.get(plan.program) ?? plan.program,
          stdin: 'null' as const,
        }));
        const elders = eldersOn(0);
        const part = { common, ranks, transports, wait, installation, folder, elders };
        const opened = openHost(part, memory, starter, process);
        if (opened.fallback !== '' && !quiet) note(`tsrun: ${opened.fallback}`);
        verbose(`${ranks.length} more ranks, ${opened.transport}`);
        const { commands, segment } = opened;
        return { commands, segments: segment === undefined ? [] : [segment] };
      };
    },
  });
}
