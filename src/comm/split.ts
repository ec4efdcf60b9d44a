import { TAG_UB, UNDEFINED } from '../base/constants.ts';
import { show } from '../base/show.ts';
import { whatOf } from '../collective/call/signature.ts';
import type { Channel } from '../collective/channel.ts';
import type { Group } from '../group/group.ts';
import { type Caller, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { allValues } from './all-values.ts';
import { type CreateOptions, checkCreation, propose, settle } from './creation.ts';
import { firstOfEach } from './endpoints.ts';
import type { Parts, Place } from './parts.ts';

const SPLIT = whatOf('split');

/** Colors and keys have 32 bits, as those of MPI. */
const LARGEST = TAG_UB;

/** What a rank gives: its color, its key, and rank 0 a context besides. */
type Ticket = readonly [color: number, key: number, context?: number];

/** Split a communicator: one allgather. */
export function split<C>(
  parts: Parts,
  color: number,
  key: number,
  options: CreateOptions,
  make: (parts: Parts) => C,
): Request<C | undefined> {
  const { calls, maker } = parts;
  checkColor(calls.endpoint, color, key);
  checkCreation(calls.endpoint, 'split', options);
  const name = parts.name.derive('split', options.name);
  return calls.start(SPLIT, 0, options, async (channel) => {
    const ticket: Ticket = channel.rank === 0 ? [color, key, propose(parts)] : [color, key];
    const tickets = await allTickets(channel, ticket);
    // One context does for all parts, as no rank is in two of them.
    const [, , proposed] = tickets[0] as Required<Ticket>;
    const context = await settle(channel, parts, proposed);
    if (color === UNDEFINED) return undefined;
    const members = membersOf(parts, tickets, color);
    return members === undefined ? undefined : make(maker.open({ context, ...members, name }));
  });
}

async function allTickets(channel: Channel, ticket: Ticket): Promise<Ticket[]> {
  return (await allValues(channel, ticket)) as Ticket[];
}

/** The ranks of one color; undefined if it has none in one of two groups. */
function membersOf(
  { group, remote }: Parts,
  tickets: readonly Ticket[],
  color: number,
): Pick<Place, 'group' | 'remote'> | undefined {
  if (remote === undefined) return { group: part(group, tickets, color) };
  const first = firstOfEach(group.size, remote);
  const own = part(group, tickets.slice(first.local), color);
  const theirs = part(remote.group, tickets.slice(first.remote), color);
  if (theirs.size === 0) return undefined;
  return { group: own, remote: { group: theirs, comesLast: remote.comesLast } };
}

/** Those of one group, by key, and those with the same key in their old order. */
function part(group: Group, tickets: readonly Ticket[], color: number): Group {
  const keyOf = (rank: number): number => tickets[rank]?.[1] as number;
  const all = Array.from({ length: group.size }, (_, rank) => rank);
  const ranks = all.filter((rank) => tickets[rank]?.[0] === color);
  return group.include(ranks.sort((a, b) => keyOf(a) - keyOf(b) || a - b));
}

function checkColor(caller: Caller, color: number, key: number): void {
  const isColor = Number.isInteger(color) && color >= 0 && color <= LARGEST;
  if (!isColor && color !== UNDEFINED) {
    const text = `color ${show(color)} is not an integer from 0 to ${LARGEST}, or UNDEFINED`;
    throw wrong(caller, 'split', 'ERR_ARG', text);
  }
  if (Number.isInteger(key) && key >= -LARGEST - 1 && key <= LARGEST) return;
  const text = `key ${show(key)} is not an integer from ${-LARGEST - 1} to ${LARGEST}`;
  throw wrong(caller, 'split', 'ERR_ARG', text);
}
