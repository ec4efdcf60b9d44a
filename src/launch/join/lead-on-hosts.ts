import type { Host } from '../../hosts/host.ts';
import { readHostList } from '../../hosts/host-list.ts';
import { HostMistake } from '../../hosts/mistake.ts';
import { versionOf } from '../installation.ts';
import type { JobContext } from '../job-context.ts';
import { packAll } from '../programs.ts';
import { startBySlurm } from '../remote/command.ts';
import type { MemberNews } from '../remote/protocol.ts';
import { runWhereMet } from '../run-on-hosts.ts';
import { Assembly } from './assembly.ts';
import type { LeadContext } from './lead-context.ts';
import type { Meeting } from './meeting.ts';
import { MeetingError } from './place.ts';

/** The ranks are on hosts of a Slurm allocation: an agent on each meets those that are there. */
export async function leadOnHosts(lead: LeadContext, context: JobContext): Promise<number> {
  const { foreign, installation, job, place } = lead;
  const { nodes, own } = foreign.slurm ?? { nodes: '', own: undefined };
  const hosts = readNodes(nodes);
  const assembly = new Assembly(foreign, versionOf(installation), nodes, lead.patienceMs);
  const take = (host: number, news: MemberNews): void => {
    if (news.kind === 'here') assembly.here(news.member, host);
    else if (news.kind === 'stop') assembly.stop(news.rank, news);
    else assembly.lost(news.rank);
  };
  const bySlurm = startBySlurm();
  const meeting: Meeting = {
    startFor: ({ name }) => (name === own ? undefined : bySlurm),
    find: async (running) => {
      for (const [number, { link }] of running) {
        link.meet(place.job, foreign.size, (news) => take(number, news));
      }
      const plans = await assembly.complete;
      return { plans, programs: await packAll(plans, context) };
    },
    onRunning: (running) => assembly.running(running),
  };
  return await runWhereMet(job, hosts, meeting, context);
}

function readNodes(nodes: string): readonly Host[] {
  try {
    return readHostList(nodes).map(({ name }) => ({ name, slots: 1 }));
  } catch (error) {
    if (!(error instanceof HostMistake)) throw error;
    throw new MeetingError(`the nodes of the Slurm job cannot be read: ${error.message}`);
  }
}
