/**
 * How one pipe carries many streams.
 *
 * A frame is a head of 8 bytes and a body: the channel in 32 bits, the kind in 8, the length of the body in 24.
 * What a frame of credit has in place of a length is the number of bytes, and it has no body.
 */

export const HEAD_BYTES = 8;

/** No body is longer. */
export const MOST_BODY_BYTES: number = 64 * 1024;

export const FrameKind: {
  readonly DATA: 0;
  readonly END: 1;
  readonly CREDIT: 2;
  readonly PART: 3;
  readonly MESSAGE: 4;
  readonly STOP: 5;
} = {
  /** Bytes of the stream that the channel is. */
  DATA: 0,
  /** The stream has come to its end. */
  END: 1,
  /** So many more bytes may be sent on the channel. */
  CREDIT: 2,
  /** Part of a message, with more parts to come. */
  PART: 3,
  /** The last part of a message: one JSON value. */
  MESSAGE: 4,
  /** Nobody reads the stream of the channel any more. */
  STOP: 5,
} as const;

/** One of `FrameKind`. */
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** Write the head of a frame. */
export function frameHead(channel: number, kind: FrameKind, length: number): Buffer {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeUInt32LE(channel, 0);
  head.writeUInt32LE(length * 256 + kind, 4);
  return head;
}

/** Takes in one frame. `body` is empty for kinds without one, and lent until the call returns. */
export type OnFrame = (channel: number, kind: number, length: number, body: Buffer) => void;

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  readonly #onFrame: OnFrame;
  #rest: Buffer = Buffer.alloc(0);

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** @throws Error if these are no frames of ours */
  take(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= HEAD_BYTES) {
      const channel = bytes.readUInt32LE(0);
      const word = bytes.readUInt32LE(4);
      const kind = word & 0xff;
      const length = Math.floor(word / 256);
      if (kind > FrameKind.STOP) throw new Error(`there is no frame of kind ${kind}`);
      const hasBody = kind !== FrameKind.CREDIT;
      if (hasBody && length > MOST_BODY_BYTES)
        throw new Error(`a frame of ${length} bytes is too long`);
      const end = HEAD_BYTES + (hasBody ? length : 0);
      if (bytes.length < end) break;
      this.#onFrame(channel, kind, length, bytes.subarray(HEAD_BYTES, end));
      bytes = bytes.subarray(end);
    }
    // A copy, since the whole chunk would be kept for a few bytes of it.
    this.#rest = bytes.length === 0 ? bytes : Buffer.from(bytes);
  }
}
