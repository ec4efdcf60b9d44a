import { UNDEFINED } from '../base/constants.ts';
import { show } from '../base/show.ts';
import { whatOf } from '../collective/call/signature.ts';
import { SubChannel } from '../collective/sub-channel.ts';
import { Group } from '../group/group.ts';
import { type Caller, checkTag, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { agree, type CreateOptions, checkCreation } from './creation.ts';
import type { Parts } from './parts.ts';

const CREATE = whatOf('create');
const CREATE_GROUP = whatOf('createGroup');

/** How a communicator may be made by its group alone. */
export interface CreateGroupOptions extends CreateOptions {
  /** Tells this creation from others at the same time; 0 if left out. */
  readonly tag?: number | undefined;
}

/** Make a communicator of some ranks of another one, with the help of all: one broadcast of a context. */
export function create<C>(
  parts: Parts,
  group: Group,
  options: CreateOptions,
  make: (parts: Parts) => C,
): Request<C | undefined> {
  const { calls, maker } = parts;
  const { endpoint } = calls;
  checkGroup(endpoint, 'create', parts.group, group);
  checkCreation(endpoint, 'create', options);
  const name = parts.name.derive('part', options.name);
  const own = ownGroup(parts, group);
  return calls.start(CREATE, 0, options, async (channel) => {
    const context = await agree(channel, parts);
    return own.rank === UNDEFINED ? undefined : make(maker.open({ context, group: own, name }));
  });
}

/** Make a communicator of some ranks of another one, without the others: one broadcast among them. */
export function createGroup<C>(
  parts: Parts,
  group: Group,
  options: CreateGroupOptions,
  make: (parts: Parts) => C,
): Request<C> {
  const { calls, maker } = parts;
  const { endpoint } = calls;
  checkGroup(endpoint, 'createGroup', parts.group, group);
  checkCreation(endpoint, 'createGroup', options);
  const { tag = 0 } = options;
  checkTag(endpoint, 'createGroup', tag, false);
  const name = parts.name.derive('part', options.name);
  const own = ownGroup(parts, group);
  if (own.rank === UNDEFINED) {
    const text = 'this rank is not in the group; only those that are must call it';
    throw wrong(endpoint, 'createGroup', 'ERR_GROUP', text);
  }
  const spans = maker.spans(own.worldRanks);
  const ranks = own.translate([...own.worldRanks.keys()], parts.group);
  return calls.startTagged(CREATE_GROUP, tag, options, async (channel) => {
    const context = await agree(new SubChannel(channel, ranks, own.rank), { maker, spans });
    return make(maker.open({ context, group: own, name }));
  });
}

/** The group as this rank sees it: one may be made without knowing whose it is. */
function ownGroup({ calls }: Parts, { worldRanks }: Group): Group {
  return new Group(worldRanks, calls.endpoint.ownWorldRank);
}

function checkGroup(caller: Caller, call: string, all: Group, group: Group): void {
  if (!(group instanceof Group)) {
    const text = `the group must be a Group, not ${show(group)}; group.include() makes one`;
    throw wrong(caller, call, 'ERR_GROUP', text);
  }
  const stranger = group.worldRanks.find((worldRank) => all.rankOf(worldRank) === UNDEFINED);
  if (stranger === undefined) return;
  const text = `rank ${stranger} of the world is in the group, but not in this communicator`;
  throw wrong(caller, call, 'ERR_GROUP', text);
}
