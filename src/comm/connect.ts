import { MpiError } from '../base/error.ts';
import { isRank, showRanks } from '../base/rank.ts';
import { show } from '../base/show.ts';
import { Packed } from '../codec/payload.ts';
import { binomial } from '../collective/broadcast/binomial.ts';
import { whatOf } from '../collective/call/signature.ts';
import { sendReceive } from '../collective/channel.ts';
import { Group } from '../group/group.ts';
import { type Caller, checkTag, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { type CreateOptions, checkCreation, refuseSpanning } from './creation.ts';
import type { Parts } from './parts.ts';

const CALL = 'intercommunicator';
const MEETING = whatOf(CALL);

/** How two groups may be joined. */
export interface IntercommunicatorOptions extends CreateOptions {
  /** Tells the meeting of these two leaders from others at the same time; 0 if left out. */
  readonly tag?: number | undefined;
}

/** What one leader tells the other: a context that could be used, and its group by world ranks. */
type Card = readonly [context: number, ranks: readonly number[]];

/** What a leader tells its group. */
type News =
  | { readonly context: number; readonly ranks: readonly number[]; readonly comesLast: boolean }
  | { readonly code: MpiError['code']; readonly text: string };

/**
 * Join the group of a communicator with another one: the leaders exchange a message, and each broadcasts to its group what it
 * learned. If they cannot meet, both groups hear of that.
 *
 * @param peer  a communicator that both leaders are in; counts on the leader alone, as does `remoteLeader`
 */
export function connect<C>(
  parts: Parts,
  localLeader: number,
  peer: Parts | undefined,
  remoteLeader: number,
  options: IntercommunicatorOptions,
  make: (parts: Parts) => C,
): Request<C> {
  const { calls, group, maker } = parts;
  const { endpoint, rank } = calls;
  checkCreation(endpoint, CALL, options);
  refuseSpanning(parts, CALL, 'groups of several jobs are joined by accept and connect');
  const { tag = 0 } = options;
  checkTag(endpoint, CALL, tag, false);
  checkLeader(endpoint, 'localLeader', localLeader, endpoint);
  const isLeader = rank === localLeader;
  if (isLeader) checkPeer(endpoint, peer, remoteLeader);
  const name = parts.name.derive(CALL, options.name);
  return calls.start(whatOf(CALL, localLeader), 0, options, async (channel) => {
    const packed =
      isLeader && peer !== undefined
        ? Packed.of(await meet(parts, peer, remoteLeader, tag))
        : undefined;
    const news = (await binomial(channel, localLeader, packed)).unpack() as News;
    if ('code' in news) throw new MpiError(news.code, news.text);
    const { context, ranks, comesLast } = news;
    // A world that was spawned meanwhile may be news here.
    await maker.known(ranks);
    const remote = { group: new Group(ranks, endpoint.ownWorldRank), comesLast };
    return make(maker.open({ context, group, remote, name }));
  });
}

/** Exchange cards with the other leader. The one that is first in the world has the say. */
async function meet(parts: Parts, peer: Parts, remoteLeader: number, tag: number): Promise<News> {
  const { group, maker } = parts;
  const mine: Card = [maker.newContext(), group.worldRanks];
  try {
    const meeting = peer.calls.startTagged(MEETING, tag, undefined, (channel) =>
      sendReceive(channel, mine, remoteLeader, remoteLeader),
    );
    const [context, ranks] = (await meeting) as Card;
    const common = ranks.find((worldRank) => group.worldRanks.includes(worldRank));
    if (common !== undefined) {
      const text = `rank ${common} of the world is in both groups; they must have no rank in common`;
      return { code: 'ERR_GROUP', text };
    }
    const comesLast = group.worldRank(group.rank) < peer.group.worldRank(remoteLeader);
    return { context: comesLast ? mine[0] : context, ranks, comesLast };
  } catch (error) {
    const { code, message } = error as MpiError;
    if (code === undefined) throw error;
    return { code, text: message };
  }
}

function checkPeer(caller: Caller, peer: Parts | undefined, remoteLeader: number): void {
  if (peer === undefined) {
    const text = 'the peer must be a communicator that both leaders are in, such as world';
    throw wrong(caller, CALL, 'ERR_COMM', text);
  }
  if (peer.channel.freed) throw wrong(caller, CALL, 'ERR_COMM', 'the peer was freed');
  if (peer.spans) {
    const text = 'the peer spans jobs; groups of several jobs are joined by accept and connect';
    throw wrong(caller, CALL, 'ERR_COMM', text);
  }
  checkLeader(caller, 'remoteLeader', remoteLeader, peer.calls.endpoint);
}

function checkLeader(caller: Caller, what: string, leader: number, { size }: Caller): void {
  if (isRank(leader, size)) return;
  const whose = what === 'localLeader' ? 'this communicator' : 'the peer';
  const text = `${what} ${show(leader)} is out of range: ${whose} has ${showRanks(size)}`;
  throw wrong(caller, CALL, 'ERR_RANK', text);
}
