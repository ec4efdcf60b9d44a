import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { shown } from '../options/quote.ts';
import { UsageError } from '../options/usage-error.ts';

/** Which addresses of this host may be told to others. */
export interface CandidateOptions {
  /** What the user named by `--iface`: names of interfaces, addresses, or networks such as `10.0.0.0/8`; all if empty. */
  readonly interfaces: readonly string[];
  /** An address that is known to lead here, as the one by which the launcher came. */
  readonly preferred?: string | undefined;
}

/** The interfaces of a host, as Node tells them. */
export type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** An address, and where it is. */
interface Place {
  readonly address: string;
  readonly name: string;
}

/** Networks inside of one host: most hosts have such, with the same address on each. */
const INSIDE = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|cali|lxc|lxdbr|podman|kube)/;

/**
 * List the addresses under which others may reach this host, the most promising first.
 *
 * Which of them lead here is for `reach` to find out. Addresses that mean something only together with an
 * interface, as those of IPv6 that begin with fe80, are left out; those of the loopback interface come last,
 * for hosts that are one and the same machine.
 *
 * @throws UsageError if there is nothing that the user named
 */
export function candidateAddresses(
  { interfaces: wanted, preferred }: CandidateOptions,
  here: Interfaces = networkInterfaces(),
): readonly string[] {
  const places = placesOf(here);
  const known = places.map(({ address }) => address);
  if (wanted.length === 0) {
    const first = preferred !== undefined && isIP(preferred) !== 0 ? [preferred] : [];
    return [...new Set([...first, ...known])];
  }
  const chosen = wanted.flatMap((pattern) => {
    const found = matching(pattern, places);
    if (found.length === 0) throw new UsageError(describeMiss(pattern, places));
    return found;
  });
  const sorted = preferred !== undefined && chosen.includes(preferred) ? [preferred] : [];
  return [...new Set([...sorted, ...chosen])];
}

function placesOf(here: Interfaces): Place[] {
  const ranked: { readonly place: Place; readonly worth: number }[] = [];
  for (const [name, infos = []] of Object.entries(here)) {
    for (const { address, internal, scopeid } of infos) {
      // Node tells a scope for addresses of IPv6 alone; 0 means that they need none.
      if (scopeid !== undefined && scopeid !== 0) continue;
      const worth = (internal ? 4 : 0) + (INSIDE.test(name) ? 2 : 0) + (isIPv6(address) ? 1 : 0);
      ranked.push({ place: { address, name }, worth });
    }
  }
  return ranked.sort((a, b) => a.worth - b.worth).map(({ place }) => place);
}

function matching(pattern: string, places: readonly Place[]): string[] {
  if (isIP(pattern) !== 0) {
    const [same] = places.filter(({ address }) => address === pattern);
    // All of 127.0.0.0/8 is this host, though only one of it is an interface's.
    return same !== undefined || pattern.startsWith('127.') ? [pattern] : [];
  }
  const network = networkOf(pattern);
  return places
    .filter(({ address, name }) =>
      network === undefined
        ? name === pattern
        : network.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'),
    )
    .map(({ address }) => address);
}

function networkOf(pattern: string): BlockList | undefined {
  const [base = '', prefix = '', ...rest] = pattern.split('/');
  const most = isIPv4(base) ? 32 : 128;
  if (rest.length > 0 || isIP(base) === 0 || !/^\d{1,3}$/.test(prefix)) return undefined;
  if (Number(prefix) > most) return undefined;
  const network = new BlockList();
  network.addSubnet(base, Number(prefix), most === 32 ? 'ipv4' : 'ipv6');
  return network;
}

function describeMiss(pattern: string, places: readonly Place[]): string {
  const names = [...new Set(places.map(({ name }) => name))];
  const has = names.map((name) => {
    const addresses = places.filter((place) => place.name === name);
    return `${name} (${addresses.map(({ address }) => address).join(', ')})`;
  });
  const there = has.length === 0 ? 'it has no address at all' : `it has ${has.join(', ')}`;
  return `--iface ${shown(pattern)}: no interface, address or network of this host is called so; ${there}`;
}
