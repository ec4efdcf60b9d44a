/**
 * The header of a frame between two engines, in words of 32 bits:
 *
 *     0 kind, data kind, flags  1 context  2 source  3 tag  4 id  5 other id  6 bytes  7 2^32 bytes
 *     8 address  9 2^32 addresses
 *
 * Only that of a rendezvous whose data can be pulled has an address, and that which asks for help with it.
 * That of a plain eager message, which has no id, ends after its tag: its bytes are those of the payload.
 * So a small message fits half a cache line.
 *
 * A message of a collective call ends with two words more, which say what call it is. Under `--check` so do other messages: 0,
 * and the number of the line that sent it, from 1 on.
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
  /** To the sender of RENDEZVOUS: its data is being pulled, help. */
  HELP: 10,
  /** To a rank that a collective call waits for: this is the call; is it yours as well? */
  INQUIRY: 11,
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
/** The header ends with two words about the collective call, or the line. */
const SIGNED = 16;

/** The header of a frame that is about a message which both sides know, decoded. */
export interface Header {
  readonly flags: number;
  readonly context: number;
  /** The operation this frame is about, as the side that started it numbers it. */
  readonly id: number;
  /** CLEAR_TO_SEND: the receiver's own number for the operation, to be put into DATA. */
  readonly otherId: number;
  /** Size of the message, or of the credit. */
  readonly bytes: number;
  /** RENDEZVOUS: where the data lies, if it can be pulled. HELP: where it is to be put. */
  readonly address: number | undefined;
}

/** What is put into a header. What a frame of some kind does not use may be left out, and is 0. */
export interface HeaderFields extends Partial<Header> {
  readonly kind: FrameKind;
  /** 0 for a structured value, else the id of an `ArrayKind`. */
  readonly dataKind?: number;
  /** Rank of the sender in the communicator of `context`. */
  readonly source?: number;
  readonly tag?: number;
  /** The collective call it belongs to, or the line that sends it. */
  readonly purpose?: Signature | undefined;
}

/** What ranks must agree on in a collective call, as its messages carry it; of other messages, the line that sends them. */
export interface Signature {
  readonly what: number;
  readonly hash: number;
}

/** Where the data kind and the flags stand in the first word. */
export const DATA_KIND_SHIFT = 8;
export const FLAGS_SHIFT = 16;

const LONG_WORDS = 10;
const WORDS = 8;
const SHORT_WORDS = 4;
const SIGNATURE_WORDS = 2;
const WORD_RANGE = 2 ** 32;

const signedLong = new Int32Array(LONG_WORDS + SIGNATURE_WORDS);
const long = signedLong.subarray(0, LONG_WORDS);
const words = signedLong.subarray(0, WORDS);
const signedWords = signedLong.subarray(0, WORDS + SIGNATURE_WORDS);
const short = new Int32Array(SHORT_WORDS);
const signedShort = new Int32Array(SHORT_WORDS + SIGNATURE_WORDS);

/** Write the header of a plain eager message into memory that is lent until the next call. */
export function encodeEager(
  dataKind: number,
  context: number,
  source: number,
  tag: number,
): Int32Array {
  short[0] = FrameKind.EAGER | (dataKind << DATA_KIND_SHIFT);
  short[1] = context;
  short[2] = source;
  short[3] = tag;
  return short;
}

/** Write the header of a plain eager message of a collective call, lent likewise. */
export function encodeSignedEager(
  dataKind: number,
  context: number,
  source: number,
  tag: number,
  { what, hash }: Signature,
): Int32Array {
  signedShort[0] = FrameKind.EAGER | (dataKind << DATA_KIND_SHIFT) | (SIGNED << FLAGS_SHIFT);
  signedShort[1] = context;
  signedShort[2] = source;
  signedShort[3] = tag;
  signedShort[4] = what;
  signedShort[5] = hash;
  return signedShort;
}

/** Write any other header into memory that is lent until the next call. */
export function encodeHeader(header: HeaderFields): Int32Array {
  const { kind, dataKind = 0, flags = 0, bytes = 0, address, purpose } = header;
  const allFlags = purpose === undefined ? flags : flags | SIGNED;
  words[0] = kind | (dataKind << DATA_KIND_SHIFT) | (allFlags << FLAGS_SHIFT);
  words[1] = header.context ?? 0;
  words[2] = header.source ?? 0;
  words[3] = header.tag ?? 0;
  words[4] = header.id ?? 0;
  words[5] = header.otherId ?? 0;
  words[6] = bytes;
  words[7] = bytes / WORD_RANGE;
  if (address !== undefined) {
    long[8] = address;
    long[9] = address / WORD_RANGE;
  }
  if (purpose === undefined) return address === undefined ? words : long;
  const signed = address === undefined ? signedWords : signedLong;
  signed[signed.length - 2] = purpose.what;
  signed[signed.length - 1] = purpose.hash;
  return signed;
}

/** Tell whether a header is that of a plain eager message. */
export function isShort(header: Int32Array): boolean {
  return header.length <= SHORT_WORDS + SIGNATURE_WORDS;
}

/** Tell whether a message says what collective call it belongs to, or what line has sent it. */
export function isSigned(header: Int32Array): boolean {
  return ((header[0] as number) & (SIGNED << FLAGS_SHIFT)) !== 0;
}

/** Tell what a frame is for. */
export function kindOf(header: Int32Array): number {
  return (header[0] as number) & 0xff;
}

/** Tell which context a message is for. */
export function contextOf(header: Int32Array): number {
  return (header[1] as number) >>> 0;
}

/** Read the size from a header that is not short. */
export function readBytes(header: Int32Array): number {
  return ((header[6] as number) >>> 0) + ((header[7] as number) >>> 0) * WORD_RANGE;
}

/** Read where data lies, or is to be put, with the sender of this header; undefined if it does not say. */
export function readAddress(header: Int32Array): number | undefined {
  if (header.length < LONG_WORDS + (isSigned(header) ? SIGNATURE_WORDS : 0)) return undefined;
  return ((header[8] as number) >>> 0) + ((header[9] as number) >>> 0) * WORD_RANGE;
}

/** Read the header of any frame but EAGER, and of RENDEZVOUS what `Message` does not hold. */
export function decodeHeader(header: Int32Array): Header {
  return {
    flags: (header[0] as number) >> FLAGS_SHIFT,
    context: contextOf(header),
    id: (header[4] as number) >>> 0,
    otherId: (header[5] as number) >>> 0,
    bytes: readBytes(header),
    address: readAddress(header),
  };
}

/** A payload of no bytes. */
export const NO_PAYLOAD: Uint8Array = new Uint8Array(0);
