import type { WorldSpan } from '../group/world-span.ts';
import { Endpoint } from '../match/endpoint.ts';
import type { Place, Remote } from './parts.ts';

/** Where the messages of the user go: to the ranks of the group, or of the other group if there are two. */
export function messagesEndpoint(
  { context, name, group, remote }: Place,
  world: WorldSpan,
): Endpoint {
  const { rank, worldRanks } = group;
  if (remote === undefined) return new Endpoint(context, rank, worldRanks, { label: name, world });
  const worldRank = worldRanks[rank] as number;
  const details = { label: name, world, worldRank, whose: 'the other group' };
  return new Endpoint(context, rank, remote.group.worldRanks, details);
}

/** Where the messages of collective calls go: to the ranks of all groups, those of one after those of the other. */
export function callsEndpoint({ context, name, group, remote }: Place, world: WorldSpan): Endpoint {
  const { rank, size, worldRanks } = group;
  const label = name;
  if (remote === undefined) return new Endpoint(context + 1, rank, worldRanks, { label, world });
  const first = firstOfEach(size, remote);
  const nameOf = (other: number): string => {
    const isLocal = other >= first.local && other < first.local + size;
    return isLocal
      ? `rank ${other - first.local}`
      : `rank ${other - first.remote} of the other group`;
  };
  const others = remote.group.worldRanks;
  const all = remote.comesLast ? [...worldRanks, ...others] : [...others, ...worldRanks];
  return new Endpoint(context + 1, first.local + rank, all, { label, world, nameOf });
}

/** Where collective calls begin to count the ranks of each group. */
export function firstOfEach(
  size: number,
  { group, comesLast }: Remote,
): { readonly local: number; readonly remote: number } {
  return comesLast ? { local: 0, remote: size } : { local: group.size, remote: 0 };
}
