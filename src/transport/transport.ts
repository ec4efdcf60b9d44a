/**
 * How frames get from one rank to another.
 *
 * A frame is a header, a few words of 32 bits, and a payload, any number of bytes. A transport knows world ranks and nothing else: no
 * tags, no communicators, no matching. Those live above, in `match/`.
 */

/** One frame on its way out. */
export interface Frame {
  /** The envelope, at most `MAX_HEADER_WORDS` long. Lent: the transport copies it before it returns. */
  readonly header: Int32Array;
  /** What the frame carries, possibly nothing. See `Transport.send` for who owns it. */
  readonly payload: Uint8Array;
}

/** No header is longer than this, so a transport may keep fixed room for it. */
export const MAX_HEADER_WORDS = 16;

/**
 * Take in one frame from `source`.
 *
 * Called once per frame, in the order in which that source sent them, and never from within `send`.
 * `header` is lent until the call returns. `payload` is lent too, unless it spans the whole of its
 * ArrayBuffer: then it is given, and may be kept without a copy. It is never a Buffer, whose `slice`
 * would not copy. An error that this throws breaks the transport.
 */
export type OnFrame = (source: number, header: Int32Array, payload: Uint8Array) => void;

/**
 * Take in the news that the transport as a whole cannot go on; that a single peer died is not its to know.
 *
 * Called once at most. The transport then closes itself: it delivers nothing more.
 */
export type OnBroken = (error: Error) => void;

/** Memory that a payload is to be put into. */
export interface Landing {
  /** The bytes, as many as the payload has; undefined once they must not be written to any more. */
  room(): Uint8Array | undefined;
}

/**
 * Say where the payload of a long frame is to be put, if that matters.
 *
 * A transport to which frames come piece by piece asks for each, at its first piece. Later `OnFrame` is
 * called with that very memory as payload, or with an empty one if there was no room any more.
 */
export type Land = (source: number, header: Int32Array, bytes: number) => Landing | undefined;

/** A payload that this rank copies out of the memory of the one that exposed it. */
export interface Pulling {
  readonly bytes: number;
  /** Where to. Without room there the rest is not copied. */
  readonly landing: Landing;
  /**
   * Ask the rank that exposed the payload to `push` it to this address while this one pulls. Left out if
   * nobody but this rank may write there, as it may have to stop at any moment.
   */
  readonly help: ((address: number) => void) | undefined;
  /** Take in that it is here, or if not `whole`, that it must be sent. May be called before `pull` returns. */
  readonly done: (whole: boolean) => void;
}

/** What a transport tells the engine above it. Both are given when the transport is made. */
export interface TransportEvents {
  readonly onFrame: OnFrame;
  readonly onBroken: OnBroken;
  readonly land?: Land;
  /**
   * Tell whether a frame is waited for at this moment. A transport that looks for frames again and again
   * asks this between the looks, and rests as soon as it is false: `listen(false)` comes later, once nothing was waited
   * for in a while. Left out: something is waited for as long as the transport listens.
   */
  readonly waitedFor?: () => boolean;
}

/** A transport is done with a payload of up to this size when `send` returns. */
export const LONGEST_TAKEN_BYTES: number = 64 * 1024;

/** One way to move frames between ranks. Every implementation passes `test/helpers/transport-contract.ts`. */
export interface Transport {
  /** The name that `--transport` takes and `--verbose` shows. */
  readonly name: string;

  /** Tell whether frames can be sent to this world rank. Once a rank is there that does not change any more. */
  reach(rank: number): boolean;

  /**
   * Take in that there are so many ranks now, the new ones behind the others. They may know of this one first: what they
   * send waits until this was called. Left out by transports that reach none but those of the beginning.
   */
  grow?(size: number): void;

  /**
   * Send one frame; frames to one rank arrive in the order of these calls, each exactly once.
   *
   * Never blocks and never refuses: what cannot leave yet waits here. How much may wait is bounded
   * above, by credit. Returns undefined if the transport is done with `frame.payload` already, as always
   * with a short one, else a promise that resolves once it is; until then the caller must not change those bytes. The promise
   * never rejects.
   */
  send(rank: number, frame: Frame): Promise<void> | undefined;

  /**
   * Tell where a payload lies in the memory of this process, if that rank had better `pull` it from there
   * than have it sent; undefined if not. Left out by transports whose ranks share no machine.
   */
  expose?(rank: number, payload: Uint8Array): number | undefined;

  /**
   * Copy what `rank` exposed at this address: the beginning at once, and the rest of a long payload little by
   * little, while the event loop turns. There where there is `expose`.
   */
  pull?(rank: number, address: number, pulling: Pulling): void;

  /**
   * Help `rank` to pull this payload, by writing to the address for which it asked. The payload
   * must stay as it is until that rank has told that it is done.
   */
  push?(rank: number, address: number, payload: Uint8Array): void;

  /**
   * Say whether frames are wanted. While they are not, a transport may leave arriving frames where
   * they are, and must not keep the process alive. Starts as not wanted. Called with true again
   * whenever something begins to be waited for. Frames may be delivered from within this call.
   */
  listen(wanted: boolean): void;

  /**
   * Keep the process alive no longer for a moment, though frames are wanted, or as before. Left out where `listen` does that as well
   * as it can be done.
   */
  rest?(resting: boolean): void;

  /** Whether something that was begun, be it to send or to copy, is yet to be gone on with here. Left out where nothing ever is. */
  readonly busy?: boolean;

  /**
   * Note that the program looks for frames without waiting: what is here, or comes within the next
   * turns of the event loop, should be delivered soon. Frames may be delivered from within this call.
   * Left out by transports to which this makes no difference.
   */
  poll?(): void;

  /** Note that this rank is gone, and nothing can reach it any more. Left out by transports to which this makes no difference. */
  forget?(rank: number): void;

  /**
   * Give up all resources. Resolves once they are released; frames not yet sent may be dropped.
   *
   * Nothing is delivered from then on, and what is sent is dropped. Closing again changes nothing.
   */
  close(): Promise<void>;
}

/** Have a transport whose frames are wanted rest for a moment, or go on: by `listen`, if it has no way of its own. */
export function restTransport(transport: Transport, resting: boolean): void {
  if (transport.rest === undefined) transport.listen(!resting);
  else transport.rest(resting);
}
