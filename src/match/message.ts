import { copyOf, countOf, spansItsBuffer } from '../codec/payload.ts';
import type { Status } from '../request/status.ts';
import type { Envelope } from './envelope.ts';
import {
  DATA_KIND_SHIFT,
  FLAGS_SHIFT,
  FrameKind,
  isShort,
  isSigned,
  readAddress,
  readBytes,
} from './frame.ts';
import type { Peer } from './peer.ts';

/** A message that arrived here, or whose envelope did. */
export class Message implements Envelope {
  readonly peer: Peer;
  readonly source: number;
  readonly tag: number;
  readonly dataKind: number;
  readonly flags: number;
  /** The operation of the sender; 0 if it does not wait. */
  readonly id: number;
  readonly bytes: number;
  /** Which collective call it belongs to; 0 if to none. */
  readonly what: number;
  readonly hash: number;
  /** The data of an eager message; undefined while it is still with the sender. */
  payload: Uint8Array | undefined;
  /** Where the data can be pulled from, if so. */
  readonly address: number | undefined;

  /** Read from the header of EAGER or RENDEZVOUS. */
  constructor(peer: Peer, header: Int32Array, payload: Uint8Array) {
    const first = header[0] as number;
    const short = isShort(header);
    this.peer = peer;
    this.source = header[2] as number;
    this.tag = header[3] as number;
    this.dataKind = (first >> DATA_KIND_SHIFT) & 0xff;
    this.flags = first >> FLAGS_SHIFT;
    this.id = short ? 0 : (header[4] as number) >>> 0;
    const signed = isSigned(header);
    this.what = signed ? (header[header.length - 2] as number) : 0;
    this.hash = signed ? (header[header.length - 1] as number) : 0;
    this.bytes = short ? payload.length : readBytes(header);
    this.address = short ? undefined : readAddress(header);
    this.payload = (first & 0xff) === FrameKind.EAGER ? payload : undefined;
  }

  /** Give the data memory of its own, if it is only lent. */
  keepPayload(): void {
    if (this.payload === undefined || spansItsBuffer(this.payload)) return;
    this.payload = copyOf(this.payload);
  }

  get status(): Status {
    const { source, tag, dataKind, bytes } = this;
    return { source, tag, count: countOf(dataKind, bytes), bytes, cancelled: false };
  }
}
