import { chooseHosts } from '../../hosts/collect.ts';
import type { Host } from '../../hosts/host.ts';
import { readHostList } from '../../hosts/host-list.ts';
import { HostMistake } from '../../hosts/mistake.ts';
import { placeRanks } from '../../hosts/place.ts';
import type { Allocation } from '../allocation.ts';

/** The hosts of a job that runs. */
export interface Places extends Pick<Allocation, 'hosts' | 'limited'> {
  /** By number of host: how many processes of the job run there. */
  readonly loads: readonly number[];
  /** Hosts that were lost, by number: only who names them has processes there. */
  readonly lost?: ReadonlySet<number> | undefined;
}

/**
 * Decide on which hosts new processes run.
 *
 * With a list they are placed on those hosts as `-H` would have it. Without, each goes to the host of the job that is then
 * filled least, by its slots.
 *
 * @param lists  for each process the hosts to choose from, as `-H` names them
 * @returns the number of the host of each
 * @throws HostMistake if there is no such host in the job, or too little room
 */
export function placeMore(lists: readonly (string | undefined)[], places: Places): number[] {
  const loads = [...places.loads];
  const listed = new Map<string, number[]>();
  const result = lists.map((list) => {
    if (list === undefined) return add(leastFilled(places, loads, lists.length), loads);
    const left = listed.get(list) ?? placeOn(list, lists, places);
    listed.set(list, left);
    return add(left.shift() as number, loads);
  });
  const full = places.hosts.findIndex((host, number) => (loads[number] ?? 0) > room(host, places));
  if (full >= 0) throw tooMany(lists.length, places);
  return result;
}

function add(host: number, loads: number[]): number {
  loads[host] = (loads[host] ?? 0) + 1;
  return host;
}

function room({ slots, maxSlots }: Host, { limited }: Places): number {
  return limited ? slots : (maxSlots ?? Number.POSITIVE_INFINITY);
}

function leastFilled(places: Places, loads: readonly number[], wanted: number): number {
  let best: { readonly number: number; readonly fill: number } | undefined;
  for (const [number, host] of places.hosts.entries()) {
    const load = loads[number] ?? 0;
    if (places.lost?.has(number) || load >= room(host, places)) continue;
    const fill = (load + 1) / host.slots;
    if (best === undefined || fill < best.fill) best = { number, fill };
  }
  if (best === undefined) throw tooMany(wanted, places);
  return best.number;
}

/** Place all processes that have this list. */
function placeOn(
  list: string,
  lists: readonly (string | undefined)[],
  { hosts }: Places,
): number[] {
  const chosen = chooseHosts(hosts, readHostList(list), 'this job');
  const numbers = chosen.map(({ name, user, port }) =>
    hosts.findIndex(
      (host) => host.name === name && host.port === port && (host.user ?? user) === user,
    ),
  );
  const count = lists.filter((other) => other === list).length;
  return placeRanks(count, chosen, { mapBy: 'slot' }).map((index) => numbers[index] as number);
}

function tooMany(count: number, { hosts, limited, lost }: Places): HostMistake {
  const there = hosts.filter((_, number) => !lost?.has(number));
  const names = there.map(({ name }) => name).join(', ');
  const more = count === 1 ? 'no room for another process' : `no room for ${count} more processes`;
  return new HostMistake(
    `there is ${more} on ${names}: ${limited ? 'the allocation has' : 'max_slots leaves'} too few slots`,
  );
}
