import type { SegmentGrowth } from '../../control/message.ts';
import type { JobContext } from '../job-context.ts';
import type { JobOptions } from '../options.ts';
import type { RankPlan } from '../plan.ts';
import { packAll } from '../programs.ts';
import type { AgentLink } from '../remote/agent-link.ts';
import { HostError } from '../remote/host-error.ts';
import { Notices } from '../remote/notices.ts';
import { hostRank, type PartBase } from '../remote/part.ts';
import { settled } from '../remote/settled.ts';
import type { NetworkOf } from '../supervise/growth.ts';
import type { RunningJob } from '../supervise.ts';
import { Grower } from './grower.ts';
import { type HostsOfJob, MoreHosts } from './more-hosts.ts';

/** A job that has an agent on each of its hosts. */
export interface JobOnHosts {
  readonly options: JobOptions;
  readonly plans: readonly RankPlan[];
  readonly context: JobContext;
  /** By number of host; those that are added are taken in. */
  readonly links: Map<number, AgentLink>;
  readonly bases: Map<number, PartBase>;
  readonly startAgent: HostsOfJob['startAgent'];
  readonly lost: ReadonlySet<number>;
  /** The number of the host of each process: takes in the new ones. */
  readonly hostOfRank: number[];
}

/** Get more processes ready for a job on many hosts, by their agents. */
export function growOnHosts(
  job: JobOnHosts,
  running: RunningJob<RankPlan>,
  note: (text: string) => void,
): Grower<RankPlan> {
  const { options, plans, context, links, bases, hostOfRank, lost } = job;
  const more = new MoreHosts(job);
  const verbose = (text: string): void => {
    if (options.verbose) note(`tsrun: ${text}`);
  };
  return new Grower<RankPlan>(running, {
    options,
    plans,
    context,
    onThisHost: false,
    lost,
    prepare: async (wanted) => {
      const programs = await packAll(wanted, { ...context, verbose });
      return async (growing, common, eldersOn) => {
        await told(more.add(growing.map(({ host }) => host)));
        const notices = new Notices();
        const segments: SegmentGrowth[] = [];
        const preparing = [...links].map(async ([number, link]) => {
          const own = growing.filter(({ host }) => host === number);
          const base = bases.get(number);
          if (own.length === 0 || base === undefined) return;
          const needed = new Set(own.flatMap(({ program }) => programs.get(program)?.parcel ?? []));
          for (const { name } of await link.supply([...needed])) {
            verbose(`${link.host}: brought the ${name}`);
          }
          const { network, ...part } = base;
          const ranks = own.map((plan) => ({
            ...hostRank(plan, 'null', programs),
            name: plan.name,
          }));
          const ready = await link.prepare({
            ...part,
            common: { ...common, network },
            ranks,
            elders: eldersOn(number),
          });
          if (ready.segment !== undefined) segments.push(ready.segment);
          verbose(`${ranks.length} more ranks on ${link.host}, ${ready.transport}`);
          for (const notice of ready.notices) notices.add(notice, link.host);
        });
        await told(settled(preparing));
        for (const line of options.quiet ? [] : notices.lines()) note(`tsrun: ${line}`);
        for (const { rank, host } of growing) hostOfRank[rank] = host;
        const networkOf: NetworkOf = (rank) => more.networkOf(hostOfRank[rank] ?? 0);
        return { commands: growing, networkOf, segments };
      };
    },
  });
}

/** Have the first of several errors name its host. */
async function told(preparing: Promise<void>): Promise<void> {
  try {
    await preparing;
  } catch (error) {
    const [first] = (error as AggregateError).errors;
    throw first instanceof HostError ? new Error(`host ${first.host}: ${first.message}`) : first;
  }
}
