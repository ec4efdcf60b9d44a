import type { Host } from '../hosts/host.ts';
import type { Allocation } from './allocation.ts';
import { UsageError } from './options/usage-error.ts';

/** As many hosts as a message lists. */
const MOST_HOSTS = 4;

interface Load {
  readonly host: Host;
  readonly ranks: number;
}

/**
 * Say which hosts run more ranks than they have slots; undefined if none does.
 *
 * On one host that nobody named there is nothing to say: its slots are only its cores.
 *
 * @param ranks  by rank, the number of the host it runs on
 */
export function describeOversubscription(
  ranks: readonly number[],
  { hosts, source }: Allocation,
): string | undefined {
  const crowded = source === 'here' ? [] : crowdedHosts(ranks, hosts);
  if (crowded.length === 0) return undefined;
  return `ranks share slots: ${list(crowded)}`;
}

/**
 * Refuse more ranks than a scheduler has given slots for.
 *
 * @throws UsageError
 */
export function checkLimit(ranks: readonly number[], { hosts, limited }: Allocation): void {
  const crowded = limited ? crowdedHosts(ranks, hosts) : [];
  if (crowded.length === 0) return;
  const slots = hosts.reduce((sum, host) => sum + host.slots, 0);
  if (ranks.length > slots) {
    throw new UsageError(
      `the job has ${ranks.length} ranks, but Slurm has given it ${count(slots, 'slot')}; ask for more, as in salloc -n ${ranks.length}, or start fewer ranks`,
    );
  }
  const most = Math.max(...crowded.map((load) => load.ranks));
  throw new UsageError(
    `Slurm has given fewer slots: ${list(crowded)}; ask for more, as in salloc -N ${hosts.length} --ntasks-per-node=${most}, or start fewer ranks on each host`,
  );
}

function crowdedHosts(ranks: readonly number[], hosts: readonly Host[]): Load[] {
  const loads = hosts.map(() => 0);
  for (const host of ranks) loads[host] = (loads[host] ?? 0) + 1;
  return hosts
    .map((host, index) => ({ host, ranks: loads[index] ?? 0 }))
    .filter((load) => load.ranks > load.host.slots);
}

function list(loads: readonly Load[]): string {
  const shown = loads
    .slice(0, MOST_HOSTS)
    .map(({ host, ranks }) => `${host.name} has ${ranks} ranks on ${count(host.slots, 'slot')}`);
  const more = loads.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and so on for ${count(more, 'more host')}` : '');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
