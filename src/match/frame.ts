/**
 * The header of a frame between two engines, in words of 32 bits:
 *
 *     0 kind, data kind, flags  1 context  2 source  3 tag  4 id  5 other id  6 bytes  7 2^32 bytes
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

const WORDS = 8;
const SHORT_WORDS = 4;
const WORD_RANGE = 2 ** 32;

const words = new Int32Array(WORDS);
const short = new Int32Array(SHORT_WORDS);

/** Write the header of a plain eager message into memory that is lent until the next call. */
export function encodeEager(
  dataKind: number,
  flags: number,
  context: number,
  source: number,
  tag: number,
): Int32Array {
  short[0] = FrameKind.EAGER | (dataKind << 8) | (flags << 16);
  short[1] = context;
  short[2] = source;
  short[3] = tag;
  return short;
}

/** Write any other header into memory that is lent until the next call. */
export function encodeHeader(header: HeaderFields): Int32Array {
  const { kind, dataKind = 0, flags = 0, bytes = 0 } = header;
  words[0] = kind | (dataKind << 8) | (flags << 16);
  words[1] = header.context ?? 0;
  words[2] = header.source ?? 0;
  words[3] = header.tag ?? 0;
  words[4] = header.id ?? 0;
  words[5] = header.otherId ?? 0;
  words[6] = bytes;
  words[7] = bytes / WORD_RANGE;
  return words;
}

/** Read what these wrote. @param payloadBytes  size of what came with it */
export function decodeHeader(header: Int32Array, payloadBytes: number): Header {
  const first = header[0] as number;
  const isShort = header.length === SHORT_WORDS;
  return {
    kind: first & 0xff,
    dataKind: (first >> 8) & 0xff,
    flags: first >> 16,
    context: (header[1] as number) >>> 0,
    source: header[2] as number,
    tag: header[3] as number,
    id: isShort ? 0 : (header[4] as number) >>> 0,
    otherId: isShort ? 0 : (header[5] as number) >>> 0,
    bytes: isShort
      ? payloadBytes
      : ((header[6] as number) >>> 0) + ((header[7] as number) >>> 0) * WORD_RANGE,
  };
}

/** A payload of no bytes. */
export const NO_PAYLOAD: Uint8Array = new Uint8Array(0);
