import { hostname } from 'node:os';
import { makeKeys } from '../../transport/zeromq/keys.ts';
import { openHost } from '../host.ts';
import { versionOf } from '../installation.ts';
import type { JobContext } from '../job-context.ts';
import type { JobOptions } from '../options.ts';
import type { RankPlan } from '../plan.ts';
import { compileAll } from '../programs.ts';
import { runAndForward } from '../run-job.ts';
import { HostMemory } from '../segment.ts';
import { type LocalStarter, startLocally } from '../start/local.ts';
import type { Starter } from '../start/start.ts';
import { Assembly } from './assembly.ts';
import { endAfter } from './end.ts';
import { Gathering } from './gathering.ts';
import type { LeadContext } from './lead-context.ts';
import { isSpread } from './missing.ts';
import { sweep } from './place.ts';

/**
 * Find the ranks of a job, and see the job to its end.
 *
 * @returns the exit code
 * @throws UsageError, CompileError or MeetingError, when all ranks have been let go
 */
export async function lead(context: LeadContext): Promise<number> {
  void sweep().catch(() => {});
  const spread = isSpread(context.foreign);
  const own = jobContext(context, spread);
  if (!spread) return await leadHere(context, own);
  const { leadOnHosts } = await import('./lead-on-hosts.ts');
  return await leadOnHosts(context, own);
}

function jobContext(
  { foreign, job, installation, process }: LeadContext,
  spread: boolean,
): JobContext {
  const { eagerBytes, choices, check, transports } = job;
  return {
    installation,
    common: {
      size: foreign.size,
      eagerBytes: eagerBytes === Number.POSITIVE_INFINITY ? -1 : eagerBytes,
      choices,
      check,
      keys: spread || transports.includes('zeromq-tcp') ? makeKeys() : undefined,
    },
    // Where the ranks are is nothing to choose, but those that they spawn go there too.
    allocation: {
      hosts: [{ name: hostname(), slots: foreign.size }],
      source: 'here',
      limited: false,
      defaultRanks: foreign.size,
    },
    host: hostname(),
    cwd: process.cwd(),
    process,
    verbose: (text) => {
      if (job.verbose) process.stderr.write(`tsrun: ${text}\n`);
    },
  };
}

/** All ranks are on this host. */
async function leadHere(lead: LeadContext, context: JobContext): Promise<number> {
  const { foreign, installation, place } = lead;
  const assembly = new Assembly(foreign, versionOf(installation), context.host, lead.patienceMs);
  const gathering = new Gathering(place, foreign.size, {
    onHere: (member) => assembly.here(member, 0),
    onStop: (rank, reason) => assembly.stop(rank, reason),
    onLost: (rank) => assembly.lost(rank),
  });
  try {
    const ranks = await assembly.complete;
    gathering.stopLooking();
    const exitCode = await runHere(ranks, gathering, assembly, lead, context);
    await gathering.over({ exitCode, text: '' });
    return exitCode;
  } catch (error) {
    await gathering.over(endAfter(error));
    throw error;
  }
}

async function runHere(
  ranks: readonly RankPlan[],
  gathering: Gathering,
  assembly: Assembly,
  { foreign, job }: LeadContext,
  context: JobContext,
): Promise<number> {
  const { process, verbose, cwd } = context;
  const compiled = await compileAll(ranks, context);
  const local = startLocally({ verbose });
  const memory = new HostMemory({ addonsFrom: context.installation.runtimeCode });
  const opened = openFor(ranks, compiled, gathering, memory, local, job, context);
  if (opened.fallback !== '' && !job.quiet) process.stderr.write(`tsrun: ${opened.fallback}\n`);
  verbose(
    `${ranks.length} ranks on ${context.host} that ${foreign.launcher} started, ${opened.transport}`,
  );
  const starter: Starter = {
    atOnce: true,
    // What is spawned is nobody else's child.
    start: (command, onMessage) =>
      (command.rank < ranks.length ? gathering : local).start(command, onMessage),
    close: () => local.close(),
  };
  const { commands, folder } = opened;
  return await runAndForward(
    {
      options: job,
      commands,
      starter,
      hostOf: () => context.host,
      cwd,
      loadGrower: async (running, note) => {
        const { growHere } = await import('../grow/here.ts');
        const ground = { options: job, plans: ranks, context, folder, memory, starter: local };
        return growHere(ground, running, note);
      },
    },
    process,
    (running) => assembly.running(running),
  );
}

function openFor(
  ranks: readonly RankPlan[],
  compiled: ReadonlyMap<string, string>,
  gathering: Gathering,
  memory: HostMemory,
  local: LocalStarter,
  { transports, wait }: JobOptions,
  { common, installation, process }: JobContext,
): ReturnType<typeof openHost> {
  return openHost(
    {
      common,
      ranks: ranks.map((plan) => ({
        ...plan,
        compiled: compiled.get(plan.program) ?? plan.program,
        stdin: 'null',
      })),
      transports,
      wait,
      installation,
      elsewhere: { processors: gathering.processors() },
    },
    memory,
    local,
    process,
  );
}
