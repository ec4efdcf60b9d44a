import { assert } from '../base/error.ts';
import { FrameKind, type Header } from './frame.ts';
import type { Peer } from './peer.ts';
import type { Receiver } from './receiver.ts';
import type { Sender } from './sender.ts';

/** The two sides of an engine. */
interface Sides {
  readonly receiver: Receiver;
  readonly sender: Sender;
}

/** Take in a frame about a message that both ranks know. */
export function takeReply(
  { receiver, sender }: Sides,
  peer: Peer,
  kind: number,
  header: Header,
  payload: Uint8Array,
): void {
  switch (kind) {
    case FrameKind.DATA:
      receiver.transfers.data(header, payload);
      break;
    case FrameKind.CLEAR_TO_SEND:
      sender.clearToSend(peer, header);
      break;
    case FrameKind.HELP:
      sender.help(peer, header);
      break;
    case FrameKind.ACK:
      sender.acknowledged(header);
      break;
    case FrameKind.NOT_READY:
      sender.notReady(header);
      break;
    case FrameKind.CREDIT:
      peer.giveCredit(header.bytes);
      break;
    case FrameKind.CANCEL:
      receiver.cancelMessage(peer, header);
      break;
    case FrameKind.CANCELLED:
      sender.cancelled(header);
      break;
    default:
      assert(false, `rank ${peer.worldRank} sent a frame of the unknown kind ${kind}`);
  }
}
