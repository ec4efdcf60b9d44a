import type { Frame, Pulling, Transport } from '../transport/transport.ts';
import type { Endpoint } from './endpoint.ts';
import {
  encodeEager,
  encodeHeader,
  encodeSignedEager,
  FrameKind,
  type HeaderFields,
  NO_PAYLOAD,
} from './frame.ts';
import type { Peer } from './peer.ts';

/** Writes frames, and counts them. */
export class Wire {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @returns as `Transport.send`: until when `payload` is in use */
  send(
    peer: Peer,
    header: HeaderFields,
    payload: Uint8Array = NO_PAYLOAD,
  ): Promise<void> | undefined {
    peer.framesSent += 1;
    const frame: Frame = { header: encodeHeader(header), payload };
    return this.#transport.send(peer.worldRank, frame);
  }

  /** Send a plain eager message. @returns as `send` */
  sendEager(
    peer: Peer,
    dataKind: number,
    endpoint: Endpoint,
    tag: number,
    payload: Uint8Array,
  ): Promise<void> | undefined {
    peer.framesSent += 1;
    const { context, rank, signature } = endpoint;
    const header =
      signature === undefined
        ? encodeEager(dataKind, context, rank, tag)
        : encodeSignedEager(dataKind, context, rank, tag, signature);
    return this.#transport.send(peer.worldRank, { header, payload });
  }

  /** Find out where the peer may pull a payload from. @see Transport.expose */
  expose(peer: Peer, payload: Uint8Array): number | undefined {
    return this.#transport.expose?.(peer.worldRank, payload);
  }

  /** Copy what the peer exposed. @see Transport.pull */
  pull(peer: Peer, address: number, pulling: Pulling): void {
    this.#transport.pull?.(peer.worldRank, address, pulling);
  }

  /** Help the peer to copy what was exposed to it. @see Transport.push */
  push(peer: Peer, address: number, payload: Uint8Array): void {
    this.#transport.push?.(peer.worldRank, address, payload);
  }

  /** Note that an eager message was consumed, and hand its credit back when it is worth a frame. */
  returnCredit(peer: Peer, bytes: number): void {
    const credit = peer.consume(bytes);
    if (credit > 0) void this.send(peer, { kind: FrameKind.CREDIT, bytes: credit });
  }
}
