/**
 * The header of a frame between two engines: 32 bytes, little-endian.
 *
 *     0 kind  1 data kind  2 flags  4 context  8 source  12 tag  16 id  20 other id  24 bytes (f64)
 *
 * That of a plain eager message, which has no id, ends after its tag: its bytes are those of the payload.
 * So a small message fits half a cache line.
 */

/** What a frame is for. */
export const FrameKind = {
  /** A message with its data. */
  EAGER: 1,
  /** A message whose data stays with the sender until it is matched. */
  RENDEZVOUS: 2,
  /** To the sender of RENDEZVOUS: matched, send the data. */
  CLEAR_TO_SEND: 3,
  /** The data of a matched RENDEZVOUS. */
  DATA: 4,
  /** To the sender of EAGER with WANTS_ACK: matched. */
  ACK: 5,
  /** To a ready send: no receive was posted. */
  NOT_READY: 6,
  /** Bytes of eager messages that were consumed. */
  CREDIT: 7,
  /** To the receiver: forget this message if nobody matched it. */
  CANCEL: 8,
  /** The answer to CANCEL; YES if it is forgotten. */
  CANCELLED: 9,
} as const;

export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** The sender waits for the match. */
export const WANTS_ACK = 1;
/** The receive must have been posted already. */
export const READY = 2;
/** CANCELLED: it was undone. */
export const YES = 4;
/** CLEAR_TO_SEND: matched, but the data is not wanted. */
export const DISCARD = 8;

/** The header of a frame, decoded. */
export interface Header {
  readonly kind: number;
  /** 0 for a structured value, else the id of an `ArrayKind`. */
  readonly dataKind: number;
  readonly flags: number;
  readonly context: number;
  /** Rank of the sender in the communicator of `context`. */
  readonly source: number;
  readonly tag: number;
  /** The operation this frame is about, as the side that started it numbers it. */
  readonly id: number;
  /** CLEAR_TO_SEND: the receiver's own number for the operation, to be put into DATA. */
  readonly otherId: number;
  /** Size of the message, or of the credit. */
  readonly bytes: number;
}

/** What a frame of some kind does not use may be left out, and is 0. */
export type HeaderFields = Partial<Header> & { readonly kind: FrameKind };

const HEADER_BYTES = 32;
const SHORT_HEADER_BYTES = 16;
const NOTHING = new Uint8Array(0);

/** Write a header into memory that is lent until the next call. */
export const encodeHeader: (header: HeaderFields) => Uint8Array = (() => {
  const bytes = new Uint8Array(HEADER_BYTES);
  const short = bytes.subarray(0, SHORT_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  return (header) => {
    view.setUint8(0, header.kind);
    view.setUint8(1, header.dataKind ?? 0);
    view.setUint8(2, header.flags ?? 0);
    view.setUint32(4, header.context ?? 0, true);
    view.setInt32(8, header.source ?? 0, true);
    view.setInt32(12, header.tag ?? 0, true);
    const id = header.id ?? 0;
    if (header.kind === FrameKind.EAGER && id === 0) return short;
    view.setUint32(16, id, true);
    view.setUint32(20, header.otherId ?? 0, true);
    view.setFloat64(24, header.bytes ?? 0, true);
    return bytes;
  };
})();

/** Read what `encodeHeader` wrote. @param payloadBytes  size of what came with it */
export const decodeHeader: (bytes: Uint8Array, payloadBytes: number) => Header = (() => {
  // A transport that lends headers lends them in the same memory, and a view costs more than the rest.
  let view: DataView = new DataView(new ArrayBuffer(0));
  return (bytes, payloadBytes) => {
    if (view.buffer !== bytes.buffer) view = new DataView(bytes.buffer);
    const at = bytes.byteOffset;
    const short = bytes.length === SHORT_HEADER_BYTES;
    return {
      kind: view.getUint8(at),
      dataKind: view.getUint8(at + 1),
      flags: view.getUint8(at + 2),
      context: view.getUint32(at + 4, true),
      source: view.getInt32(at + 8, true),
      tag: view.getInt32(at + 12, true),
      id: short ? 0 : view.getUint32(at + 16, true),
      otherId: short ? 0 : view.getUint32(at + 20, true),
      bytes: short ? payloadBytes : view.getFloat64(at + 24, true),
    };
  };
})();

/** A payload of no bytes. */
export const NO_PAYLOAD: Uint8Array = NOTHING;
