import { MpiError } from '../base/error.ts';
import type { Endpoint } from './endpoint.ts';

/** What one queued message costs beside its bytes, so that empty messages are bounded too. */
const ENVELOPE_BYTES = 128;

/** All ranks together may leave this much unread at one rank … */
const CREDIT_BYTES_PER_RANK = 256 * 2 ** 20;
/** … and one of them no more than this. */
const CREDIT_BYTES_PER_PEER = 16 * 2 ** 20;

/** Bytes of eager messages from one of so many ranks that may lie unread at another. */
function creditWindow(size: number): number {
  return Math.min(CREDIT_BYTES_PER_PEER, Math.floor(CREDIT_BYTES_PER_RANK / size));
}

/** The same between processes of two jobs, whatever the sizes of these. */
const FOREIGN_CREDIT_BYTES = 4 * 2 ** 20;

/** What the peers of an engine depend on. */
export interface PeerOptions {
  /** Standard sends up to this many bytes are eager; without a bound, nothing bounds what lies unread either. */
  readonly eagerBytes: number;
  readonly creditBytes?: number | undefined;
  readonly isForeign?: ((rank: number) => boolean) | undefined;
}

/** Make what makes peers: those from a number on, of a job of so many. */
export function peerMaker({
  eagerBytes,
  creditBytes,
  isForeign,
}: PeerOptions): (from: number, size: number) => Peer[] {
  const isBounded = eagerBytes < Number.POSITIVE_INFINITY;
  return (from, size) => {
    const window = isBounded ? (creditBytes ?? creditWindow(size)) : eagerBytes;
    return Array.from({ length: size - from }, (_, at) => {
      const rank = from + at;
      return isForeign?.(rank) === true ? Peer.foreign(rank) : new Peer(rank, window);
    });
  };
}

/** What an eager message of `bytes` costs of its sender's credit. */
export function creditFor(bytes: number): number {
  return bytes + ENVELOPE_BYTES;
}

/**
 * All that an engine keeps about one process of the job, which it calls by its world rank: frame counters, credit, and whether it is still there.
 *
 * The counters count every frame. Comparing what one side sent with what the other got tells whether
 * anything is under way, which is what an exact deadlock check needs.
 */
export class Peer {
  readonly worldRank: number;
  framesSent = 0;
  framesReceived = 0;
  /** It belongs to another job, and nothing leads there from this process. */
  stranger = false;
  /** Whether an operation that could have meant any rank ended with the news that this one is lost. */
  lossNoticed = false;
  readonly #window: number;
  #credit: number;
  #consumed = 0;
  #lastFrame: number | undefined;
  #lost: { readonly reason: string; readonly culprit: number } | undefined;

  /** @param window  bytes of eager messages that may lie unread at the peer, or here from it */
  constructor(worldRank: number, window: number) {
    this.worldRank = worldRank;
    this.#window = window;
    this.#credit = window;
  }

  /** One of another job, of which this process knows no more than its number. */
  static foreign(worldRank: number): Peer {
    const peer = new Peer(worldRank, FOREIGN_CREDIT_BYTES);
    peer.stranger = true;
    return peer;
  }

  /** Pay for an eager message; false if it must travel by rendezvous instead. */
  takeCredit(bytes: number): boolean {
    const cost = creditFor(bytes);
    if (cost > this.#credit) return false;
    this.#credit -= cost;
    return true;
  }

  giveCredit(bytes: number): void {
    this.#credit += bytes;
  }

  /**
   * Note that an eager message from the peer is no longer queued here.
   *
   * @returns bytes of credit to hand back now; 0 while too few to be worth a frame
   */
  consume(bytes: number): number {
    this.#consumed += creditFor(bytes);
    if (this.#consumed * 2 < this.#window) return 0;
    const credit = this.#consumed;
    this.#consumed = 0;
    return credit;
  }

  /** Note that the peer sends no messages after so many frames: it entered finalize. */
  finishAfter(frames: number): void {
    this.#lastFrame = frames;
  }

  /** @param culprit  the rank whose failure is behind it, if another one's is */
  lose(reason: string, culprit: number = this.worldRank): void {
    this.#lost ??= { reason, culprit };
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /** Whether operations that need this peer can no longer complete. */
  get gone(): boolean {
    return this.lost || this.finished || this.stranger;
  }

  /** Whether it entered finalize and all it ever sent has arrived. */
  get finished(): boolean {
    return this.#lastFrame !== undefined && this.framesReceived >= this.#lastFrame;
  }

  /** Whether it entered finalize, and something that it sent before is yet to arrive. */
  get owes(): boolean {
    return this.#lastFrame !== undefined && !this.gone;
  }

  /** The error for an operation that needs this peer though it is gone. @param hint  what may be wrong, if it is known */
  goneError(endpoint: Endpoint, call: string, hint: string = ''): MpiError {
    const { who, ownWorldRank: rank } = endpoint;
    if (this.#lost !== undefined) {
      const { reason, culprit } = this.#lost;
      const text = `${who}: ${call}: ${reason}`;
      return new MpiError('ERR_PROC_FAILED', text, { rank, peer: culprit });
    }
    const usual =
      endpoint.purpose === undefined
        ? '; is there one send too few, or one receive too many?'
        : '; all ranks must make the same collective calls, in the same order';
    return new MpiError(
      'ERR_PROC_FINISHED',
      `${who}: ${call}: ${endpoint.nameOfProcess(this.worldRank)} has finished (it called finalize, or its program ended) and neither sends nor receives any more${hint || usual}`,
      { rank, peer: this.worldRank },
    );
  }
}
