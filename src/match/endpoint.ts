import type { WorldSpan } from '../group/world-span.ts';
import type { Request } from '../request/request.ts';
import type { Signature } from './frame.ts';

/** The collective call that messages belong to, where they are no user's own. */
export interface Purpose {
  /** Which operation with which root: the same on all ranks, and told by each message. */
  readonly what: number;
  /** Whatever else must agree. */
  readonly hash: number;
  /** The call as messages show it: `barrier #3`. */
  readonly call: string;
  /** What the user waits for. */
  readonly request: Request<unknown>;
  /** Whether the user may stop to wait, by a time-out or a signal. */
  readonly limited: boolean;
  /** Take in that a part of it has waited for a while. */
  hasWaited?(): void;
  /** Make the error about a rank of which a message came that belongs to a call of another kind. */
  mismatch(source: number, what: number, hash: number): Error;
}

/** What errors call a communicator: one object for all its endpoints, since the name may change. */
export interface Label {
  /** Undefined for the world, of which nothing need be said. */
  readonly shown: string | undefined;
}

/** What an endpoint may have besides its place. */
export interface EndpointDetails {
  /** Of the communicator; left out for the world. */
  readonly label?: Label | undefined;
  /** The world of this rank, where the job has others too. */
  readonly world?: WorldSpan | undefined;
  /** World rank of this rank, if it is none of the ranks that this endpoint talks to. */
  readonly worldRank?: number | undefined;
  /** Whose the ranks are that messages go to, for errors; `this communicator` if left out. */
  readonly whose?: string | undefined;
  /** Names a rank in errors where a number would not do, as in `rank 1 of the other group`. */
  readonly nameOf?: ((rank: number) => string) | undefined;
}

const NO_DETAILS: EndpointDetails = {};

/** One context of one communicator, seen from one of its ranks; or one collective call in it. */
export class Endpoint {
  readonly context: number;
  /** This rank in the communicator. */
  readonly rank: number;
  /** World rank of each rank that messages go to and come from. */
  readonly worldRanks: readonly number[];
  /** World rank of this rank. */
  readonly ownWorldRank: number;
  readonly purpose: Purpose | undefined;
  /** What each message carries besides: the collective call that it belongs to; under `--check`, the line that sends the next one. */
  signature: Signature | undefined;
  readonly #details: EndpointDetails;

  constructor(
    context: number,
    rank: number,
    worldRanks: readonly number[],
    details: EndpointDetails = NO_DETAILS,
    purpose?: Purpose,
  ) {
    this.context = context;
    this.rank = rank;
    this.worldRanks = worldRanks;
    this.ownWorldRank = details.worldRank ?? (worldRanks[rank] as number);
    this.purpose = purpose;
    this.signature = purpose;
    this.#details = details;
  }

  /** Of the communicator; undefined for the world. */
  get name(): string | undefined {
    return this.#details.label?.shown;
  }

  get size(): number {
    return this.worldRanks.length;
  }

  worldRank(rank: number): number {
    return this.worldRanks[rank] as number;
  }

  /** The same place for the messages of one call. */
  forCall(purpose: Purpose): Endpoint {
    const { context, rank, worldRanks } = this;
    return new Endpoint(context, rank, worldRanks, this.#details, purpose);
  }

  /** This rank as errors name it: `rank 2`, or `rank 0 of row (rank 2 of the world)`. */
  get who(): string {
    const { rank, name, ownWorldRank } = this;
    const self = this.nameOf(rank);
    if (name === undefined) return self;
    const first = this.#details.world?.first ?? 0;
    return `${self} of ${name} (rank ${ownWorldRank - first} of the world)`;
  }

  /** A rank that messages come from, as errors name it: `rank 2`. */
  nameOf(rank: number): string {
    return this.#details.nameOf?.(rank) ?? `rank ${rank}`;
  }

  /** Any process of the job: by its rank in the world, or if it is of another one, by what it is here. */
  nameOfProcess(worldRank: number): string {
    const { world, whose, nameOf } = this.#details;
    const { first, count } = world ?? { first: 0, count: Number.POSITIVE_INFINITY };
    if (worldRank >= first && worldRank < first + count) return `rank ${worldRank - first}`;
    const rank = this.worldRanks.indexOf(worldRank);
    if (rank < 0) return `process ${worldRank}`;
    return nameOf?.(rank) ?? `rank ${rank} of ${whose ?? this.name ?? 'another world'}`;
  }

  /** Several of them: `ranks 0, 2`. */
  namesOf(ranks: readonly number[]): string {
    if (this.#details.nameOf !== undefined) return ranks.map(this.#details.nameOf).join(', ');
    return `${ranks.length === 1 ? 'rank' : 'ranks'} ${ranks.join(', ')}`;
  }

  /** Whose the ranks are that messages go to. */
  get whose(): string {
    return this.#details.whose ?? 'this communicator';
  }
}
