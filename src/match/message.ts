import { countOf } from '../codec/payload.ts';
import type { Status } from '../request/status.ts';
import type { Envelope } from './envelope.ts';
import type { Header } from './frame.ts';
import type { Peer } from './peer.ts';

/** A message that arrived here, or whose envelope did. */
export class Message implements Envelope {
  readonly peer: Peer;
  readonly header: Header;
  /** The data of an eager message; undefined while it is still with the sender. */
  readonly payload: Uint8Array | undefined;

  constructor(peer: Peer, header: Header, payload: Uint8Array | undefined) {
    this.peer = peer;
    this.header = header;
    this.payload = payload;
  }

  get source(): number {
    return this.header.source;
  }

  get tag(): number {
    return this.header.tag;
  }

  get status(): Status {
    const { source, tag, dataKind, bytes } = this.header;
    return { source, tag, count: countOf(dataKind, bytes), bytes, cancelled: false };
  }
}
