import type { Frame, Transport } from '../transport/transport.ts';
import { encodeHeader, FrameKind, type Header, NO_PAYLOAD } from './frame.ts';
import type { Peer } from './peer.ts';

/** The fields of a header that a frame of some kind does not use. */
const UNUSED: Header = {
  kind: 0,
  dataKind: 0,
  flags: 0,
  context: 0,
  source: 0,
  tag: 0,
  id: 0,
  otherId: 0,
  bytes: 0,
};

/** Writes frames, and counts them. */
export class Wire {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @returns as `Transport.send`: until when `payload` is in use */
  send(
    peer: Peer,
    header: Partial<Header> & { readonly kind: FrameKind },
    payload: Uint8Array = NO_PAYLOAD,
  ): Promise<void> | undefined {
    peer.framesSent += 1;
    const frame: Frame = { header: encodeHeader({ ...UNUSED, ...header }), payload };
    return this.#transport.send(peer.worldRank, frame);
  }

  /** Note that an eager message was consumed, and hand its credit back when it is worth a frame. */
  returnCredit(peer: Peer, bytes: number): void {
    const credit = peer.consume(bytes);
    if (credit > 0) void this.send(peer, { kind: FrameKind.CREDIT, bytes: credit });
  }
}
