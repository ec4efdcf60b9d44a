import { ANY_SOURCE } from '../base/constants.ts';
import type { Peer } from './peer.ts';
import type { ProbeOperation } from './probe-operation.ts';
import { ReceiveOperation } from './receive-operation.ts';

/**
 * Find the peer whose end makes an operation hopeless, if any.
 *
 * @param all  by world rank
 * @param lost  the peer that was lost just now
 */
export function gonePeer(
  all: readonly Peer[],
  operation: ReceiveOperation | ProbeOperation,
  lost?: Peer,
): Peer | undefined {
  const peers = operation.waitsFor.map((worldRank) => all[worldRank] as Peer);
  const matched = operation instanceof ReceiveOperation && operation.message !== undefined;
  if (matched || operation.source !== ANY_SOURCE) return peers[0]?.gone ? peers[0] : undefined;
  // A receive from any rank may have meant the one that is lost, so each loss ends those that wait,
  // or else the next one. That the others have merely finished is left to `deadEnd`: this rank may
  // yet send to itself.
  const news = lost !== undefined && peers.includes(lost) ? lost : peers.find(isNews);
  if (news !== undefined) news.lossNoticed = true;
  return news;
}

function isNews(peer: Peer): boolean {
  return peer.lost && !peer.lossNoticed;
}
