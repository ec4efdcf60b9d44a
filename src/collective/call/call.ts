import { ANY_SOURCE } from '../../base/constants.ts';
import { MpiError } from '../../base/error.ts';
import type { Endpoint, Purpose } from '../../match/endpoint.ts';
import type { CallChannel } from '../../pt2pt/call-channel.ts';
import { Request } from '../../request/request.ts';
import { describeDifference, describeWhat } from './signature.ts';

/** Find the user's own line, `file:line:column`, in a stack; undefined if it has none. */
export type UserLine = (stack: string) => string | undefined;

/** A collective call has no status and cannot be cancelled. @see MPI-4.1 §6.12 */
const NO_MESSAGE = { status: undefined, cancel: () => Promise.resolve(false) };

const RULE = 'all ranks must make the same collective calls, in the same order';

/** What another rank does in the call of this number, as far as it is known. */
export interface Other {
  readonly source: number;
  readonly what: number;
  readonly hash: number;
  /** Its line in the user's program; only `--check` knows. */
  readonly line?: string | undefined;
}

/** The news that another rank is in another call than this one. */
export class Mismatch extends Error {
  readonly other: Other;

  constructor(other: Other) {
    super('the ranks are in different calls');
    this.other = other;
  }
}

/** What a call asks of those who keep it. */
export interface CallOwner {
  readonly userLine: UserLine;
  /** Ask the ranks that it waits for whether they are in the same call, if it goes on to wait. */
  inquireLater(call: Call): void;
}

/** One collective call of one rank. */
export class Call implements Purpose {
  readonly what: number;
  readonly hash: number;
  /**
   * From 1, counted by each rank on its own: ranks that agree make the same calls. Undefined for a call that not all
   * ranks make.
   */
  readonly number: number | undefined;
  readonly request: Request<unknown>;
  /** The user's line that made the call; only `--check` takes note of it. */
  line: string | undefined;
  /** Resolves when the part of this rank is over, which may be after the user gave up. */
  over: Promise<void> | undefined;
  /** Takes back the inquiry that is to be made if this goes on to wait. */
  stopInquiry: (() => void) | undefined;
  /** The messages of this rank. */
  channel: CallChannel | undefined;
  limited: boolean;
  /** Why the part of this rank has failed, if so. */
  failure: unknown;
  readonly #endpoint: Endpoint;
  readonly #owner: CallOwner;

  constructor(
    what: number,
    hash: number,
    number: number | undefined,
    endpoint: Endpoint,
    owner: CallOwner,
  ) {
    this.what = what;
    this.hash = hash;
    this.number = number;
    this.request = new Request(NO_MESSAGE);
    this.line = undefined;
    this.over = undefined;
    this.channel = undefined;
    this.limited = false;
    this.failure = undefined;
    this.#endpoint = endpoint;
    this.stopInquiry = undefined;
    this.#owner = owner;
  }

  get call(): string {
    return this.#numbered(this.what);
  }

  hasWaited(): void {
    if (this.stopInquiry === undefined) this.#owner.inquireLater(this);
  }

  mismatch(source: number, what: number, hash: number): Mismatch {
    return new Mismatch({ source, what, hash });
  }

  error(code: MpiError['code'], text: string): MpiError {
    const { who, ownWorldRank } = this.#endpoint;
    return new MpiError(code, `${who}: ${this.call}: ${text}`, { rank: ownWorldRank });
  }

  /** Make the error of the whole call from that of a part. To be called where stacks go on to the user's line. */
  explain(error: unknown): unknown {
    if (error instanceof Mismatch) return this.#explainMismatch(error.other);
    if (!(error instanceof MpiError)) return error;
    const { code, message, rank, peer, item, cause } = error;
    if (!message.startsWith(`${this.#endpoint.who}: `)) return this.error(code, message);
    return new MpiError(code, message, { rank, peer, item, cause });
  }

  #explainMismatch({ source, what, hash, line }: Other): MpiError {
    const { who, ownWorldRank } = this.#endpoint;
    const other = this.#endpoint.nameOf(source);
    const here = at(this.line ?? this.#owner.userLine(new Error().stack ?? ''));
    const text =
      what === this.what
        ? `the arguments of ${other}${at(line)} do not fit: ${describeDifference(this.hash, hash)}`
        : `${other} is in ${this.#numbered(what)}${at(line)}`;
    const message = `${who}: ${this.call}${here}: ${text}; ${RULE}`;
    return new MpiError('ERR_MISMATCH', message, { rank: ownWorldRank });
  }

  #numbered(what: number): string {
    return this.number === undefined ? describeWhat(what) : `${describeWhat(what)} #${this.number}`;
  }
}

/** Make the error about a message of a call that has the number of one that is over here, and had no use for it. */
export function lostStep(
  endpoint: Endpoint,
  number: number,
  { source, what, line }: Omit<Other, 'hash'>,
  mine: Pick<Call, 'what' | 'line' | 'failure'> | undefined,
): MpiError {
  const { who, ownWorldRank } = endpoint;
  const theirs = `${endpoint.nameOf(source)} is in ${describeWhat(what)} #${number}${at(line)}`;
  if (mine?.failure !== undefined && mine.what === what) {
    const text = `${theirs}, which failed on this rank and so cannot end there: ${mine.failure}; let what ends a collective call on one rank end the job`;
    return new MpiError('ERR_MISMATCH', `${who}: ${text}`, { rank: ownWorldRank });
  }
  const here = mine === undefined ? '' : `${describeWhat(mine.what)} `;
  const text = `${theirs}, but here ${here}#${number}${at(mine?.line)} is over and had no use for its message`;
  return new MpiError('ERR_MISMATCH', `${who}: ${text}; ${RULE}`, { rank: ownWorldRank });
}

/** Name the call of a rank, or of any, among messages that nothing waits for. */
export function unreadCall(
  unread: Iterable<Omit<Other, 'hash'> & { readonly tag: number }>,
  wanted: number,
): string | undefined {
  for (const { source, what, tag } of unread) {
    if (wanted !== ANY_SOURCE && wanted !== source) continue;
    const call = `${describeWhat(what)} #${tag + 1}`;
    return `rank ${source} has called ${call}, and this rank has not: all ranks must`;
  }
  return undefined;
}

function at(line: string | undefined): string {
  return line === undefined ? '' : ` at ${line}`;
}
