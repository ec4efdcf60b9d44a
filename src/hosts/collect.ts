import { shown } from '../base/show.ts';
import type { HostEntry } from './entry.ts';
import type { Host } from './host.ts';
import { HostMistake } from './mistake.ts';

/**
 * Make one host of all entries with the same name, user and port: their slots add up.
 *
 * An entry that says nothing of slots has one. Hosts without slots are left out.
 *
 * @throws HostMistake if none is left
 */
export function collectHosts(entries: readonly HostEntry[]): Host[] {
  const hosts = joinEntries(entries).map((entry) => ({ ...entry, slots: entry.slots ?? 1 }));
  for (const { name, slots, maxSlots } of hosts) {
    if (maxSlots !== undefined && maxSlots < slots) {
      throw new HostMistake(
        `host ${name} is named several times, and has ${slots} slots together, but max_slots=${maxSlots}`,
      );
    }
  }
  const used = hosts.filter(({ slots }) => slots > 0);
  if (used.length > 0) return used;
  throw new HostMistake('no host has a slot; give one at least 1, as node1:1 or slots=1');
}

/**
 * Choose among hosts: those named, in the order in which they are named.
 *
 * A number of slots replaces that of the host; a name without one leaves it.
 *
 * @param whose  who has the hosts, for a message: `the hostfile`
 * @throws HostMistake if there is no such host, or not with so many slots
 */
export function chooseHosts(
  hosts: readonly Host[],
  wanted: readonly HostEntry[],
  whose: string,
): Host[] {
  const wishes = new Map<Host, HostEntry>();
  for (const entry of wanted) {
    const found = hosts.filter((host) => fits(host, entry));
    if (found.length === 0) {
      throw new HostMistake(
        `${shown(fullName(entry))} is not among the hosts of ${whose}: ${namesOf(hosts)}`,
      );
    }
    for (const host of found) {
      const before = wishes.get(host);
      wishes.set(host, before === undefined ? entry : add(before, entry));
    }
  }
  const chosen = [...wishes].map(([host, { user, slots }]) => {
    return { ...host, user: host.user ?? user, slots: slots ?? host.slots };
  });
  for (const { name, slots, maxSlots } of chosen) {
    if (maxSlots !== undefined && slots > maxSlots) {
      throw new HostMistake(
        `${name} has room for ${maxSlots} in ${whose}, not for ${slots}; ask for fewer`,
      );
    }
  }
  return collectHosts(chosen);
}

/** What only one of both says does not tell them apart. */
function fits(host: Host, { name, user, port }: HostEntry): boolean {
  return (
    host.name === name &&
    (host.user ?? user) === (user ?? host.user) &&
    (host.port ?? port) === (port ?? host.port)
  );
}

/** As many hosts as a message lists. */
const MOST_NAMES = 8;

function namesOf(hosts: readonly Host[]): string {
  const names = hosts.slice(0, MOST_NAMES).map(fullName);
  return names.join(', ') + (hosts.length > MOST_NAMES ? ', …' : '');
}

function fullName({ name, user }: HostEntry): string {
  return user === undefined ? name : `${user}@${name}`;
}

/** Join entries of the same host. */
function joinEntries(entries: readonly HostEntry[]): HostEntry[] {
  const joined = new Map<string, HostEntry>();
  for (const entry of entries) {
    const { name, user = '', port = '' } = entry;
    const key = `${user}@${name} ${port}`;
    const before = joined.get(key);
    joined.set(key, before === undefined ? entry : add(before, entry));
  }
  return [...joined.values()];
}

/** Of two entries each has a slot if it says nothing of them. */
function add(a: HostEntry, b: HostEntry): HostEntry {
  const bothLimited = a.maxSlots !== undefined && b.maxSlots !== undefined;
  return {
    ...a,
    slots: (a.slots ?? 1) + (b.slots ?? 1),
    maxSlots: bothLimited ? (a.maxSlots ?? 0) + (b.maxSlots ?? 0) : (a.maxSlots ?? b.maxSlots),
  };
}
