import { PROC_NULL, UNDEFINED } from '../base/constants.ts';
import { type ErrorCode, MpiError } from '../base/error.ts';
import { isRank, showRanks } from '../base/rank.ts';
import { show } from '../base/show.ts';
import { type RankRange, ranksIn } from './range.ts';

/**
 * An ordered set of processes, seen from one process: the place of each in the order is its rank.
 *
 * A group never changes; what it is made of is given by world ranks, which name a process for the
 * whole job. Each operation makes a new group, and takes time in proportion to the sizes of those
 * that it is given.
 *
 * Not yet: groups from the names of process sets (MPI-4.1 §7.3.2, `MPI_Group_from_session_pset`).
 *
 * @see MPI-4.1 §7.3
 */
export class Group {
  /** World rank of each rank of the group. */
  readonly worldRanks: readonly number[];
  /** This process's rank in the group, or UNDEFINED if it is not in it. @see MPI-4.1 §7.3.1 */
  readonly rank: number;
  readonly #ownWorldRank: number;
  /** Rank by world rank, made when first one is looked for. */
  #ranks: ReadonlyMap<number, number> | undefined;

  /**
   * Make a group of processes that the library knows to exist, each of them named once.
   *
   * @param ownWorldRank  this process, in the group or not; without it the group has no own rank
   */
  constructor(worldRanks: readonly number[], ownWorldRank: number = UNDEFINED) {
    this.worldRanks = Object.freeze(worldRanks.slice());
    this.#ownWorldRank = ownWorldRank;
    const own = this.worldRanks.indexOf(ownWorldRank);
    this.rank = own < 0 ? UNDEFINED : own;
  }

  /** The group of nobody. @see MPI-4.1 §7.2.1 */
  static get empty(): Group {
    return EMPTY;
  }

  /** How many processes are in the group. @see MPI-4.1 §7.3.1 */
  get size(): number {
    return this.worldRanks.length;
  }

  /**
   * Look up the world rank of one rank.
   *
   * @throws MpiError `ERR_RANK` if the group has no such rank
   */
  worldRank(rank: number): number {
    if (!isRank(rank, this.size)) throw this.#outOfRange('worldRank', 'rank', rank);
    return this.worldRanks[rank] as number;
  }

  /** Look up the rank of the process with this world rank: UNDEFINED if it is not in the group. */
  rankOf(worldRank: number): number {
    this.#ranks ??= new Map(this.worldRanks.map((world, rank) => [world, rank]));
    return this.#ranks.get(worldRank) ?? UNDEFINED;
  }

  /**
   * Take all of this group in its order, and behind them those of the other that are not in this.
   *
   * @throws MpiError `ERR_GROUP` if the other is no group
   * @see MPI-4.1 §7.3.2
   */
  union(other: Group): Group {
    this.#checkGroup('union', other);
    const added = other.worldRanks.filter((worldRank) => !this.#has(worldRank));
    return this.#with([...this.worldRanks, ...added], other);
  }

  /**
   * Take those of this group that are in the other too, in the order of this.
   *
   * @throws MpiError `ERR_GROUP` if the other is no group
   * @see MPI-4.1 §7.3.2
   */
  intersection(other: Group): Group {
    this.#checkGroup('intersection', other);
    const common = this.worldRanks.filter((worldRank) => other.#has(worldRank));
    return this.#with(common, other);
  }

  /**
   * Take those of this group that are not in the other, in the order of this.
   *
   * @throws MpiError `ERR_GROUP` if the other is no group
   * @see MPI-4.1 §7.3.2
   */
  difference(other: Group): Group {
    this.#checkGroup('difference', other);
    const rest = this.worldRanks.filter((worldRank) => !other.#has(worldRank));
    return this.#with(rest, other);
  }

  /**
   * Take these ranks, in the order given: rank i of the new group is `ranks[i]` of this.
   *
   * @throws MpiError `ERR_RANK` if one is no rank of the group or is named twice, `ERR_ARG` if they
   *   are no array
   * @see MPI-4.1 §7.3.2
   */
  include(ranks: readonly number[]): Group {
    return this.#take(this.#distinct('include', ranks));
  }

  /**
   * Take all but these ranks, in the order of this group.
   *
   * @throws MpiError `ERR_RANK` if one is no rank of the group or is named twice, `ERR_ARG` if they
   *   are no array
   * @see MPI-4.1 §7.3.2
   */
  exclude(ranks: readonly number[]): Group {
    return this.#leave(this.#distinct('exclude', ranks));
  }

  /**
   * Take the ranks of these ranges, in the order given.
   *
   * @throws MpiError `ERR_RANK` if a range names a rank that is none of the group, or one a second
   *   time; `ERR_ARG` if one is malformed, or its stride leads away from its last rank
   * @see MPI-4.1 §7.3.2
   */
  includeRanges(ranges: readonly RankRange[]): Group {
    return this.#take(this.#inRanges('includeRanges', ranges));
  }

  /**
   * Take all but the ranks of these ranges, in the order of this group.
   *
   * @throws MpiError `ERR_RANK` or `ERR_ARG` as `includeRanges` does
   * @see MPI-4.1 §7.3.2
   */
  excludeRanges(ranges: readonly RankRange[]): Group {
    return this.#leave(this.#inRanges('excludeRanges', ranges));
  }

  /**
   * Find the ranks that these ranks of this group have in the other.
   *
   * @returns for each its rank there, or UNDEFINED if it is not in the other; PROC_NULL for PROC_NULL
   * @throws MpiError `ERR_RANK` if one is no rank of this group, `ERR_ARG` if they are no array,
   *   `ERR_GROUP` if the other is no group
   * @see MPI-4.1 §7.3.1
   */
  translate(ranks: readonly number[], other: Group): number[] {
    this.#checkGroup('translate', other);
    this.#checkRanks('translate', ranks, true);
    return ranks.map((rank) =>
      rank === PROC_NULL ? PROC_NULL : other.rankOf(this.worldRanks[rank] as number),
    );
  }

  /**
   * Compare the members: `identical` in the same order, `similar` in another, or `unequal`.
   *
   * @throws MpiError `ERR_GROUP` if the other is no group
   * @see MPI-4.1 §7.3.1
   */
  compare(other: Group): 'identical' | 'similar' | 'unequal' {
    this.#checkGroup('compare', other);
    if (this.size !== other.size) return 'unequal';
    if (this.worldRanks.every((world, rank) => world === other.worldRanks[rank])) {
      return 'identical';
    }
    return this.worldRanks.every((world) => other.#has(world)) ? 'similar' : 'unequal';
  }

  #has(worldRank: number): boolean {
    return this.rankOf(worldRank) !== UNDEFINED;
  }

  /** Make a group of members of both. The empty group does not know which process it is seen from. */
  #with(worldRanks: readonly number[], other: Group): Group {
    const isKnown = this.#ownWorldRank !== UNDEFINED;
    return new Group(worldRanks, isKnown ? this.#ownWorldRank : other.#ownWorldRank);
  }

  #take(ranks: Iterable<number>): Group {
    const worldRanks = Array.from(ranks, (rank) => this.worldRanks[rank] as number);
    return new Group(worldRanks, this.#ownWorldRank);
  }

  #leave(ranks: Iterable<number>): Group {
    const left = new Set(ranks);
    const worldRanks = this.worldRanks.filter((_, rank) => !left.has(rank));
    return new Group(worldRanks, this.#ownWorldRank);
  }

  #inRanges(call: string, ranges: readonly RankRange[]): number[] {
    return ranksIn(ranges, this.size, (code, text) => this.#wrong(call, code, text));
  }

  #distinct(call: string, ranks: readonly number[]): Iterable<number> {
    this.#checkRanks(call, ranks, false);
    const places = new Map<number, number>();
    for (const [at, rank] of ranks.entries()) {
      const before = places.get(rank);
      if (before !== undefined) {
        const text = `ranks[${before}] and ranks[${at}] are both ${rank}; name each rank once`;
        throw this.#wrong(call, 'ERR_RANK', text);
      }
      places.set(rank, at);
    }
    return places.keys();
  }

  #checkRanks(call: string, ranks: readonly number[], orNull: boolean): void {
    if (!Array.isArray(ranks)) {
      const text = `the ranks must be an array such as [0, 2], not ${show(ranks)}`;
      throw this.#wrong(call, 'ERR_ARG', text);
    }
    // Not forEach, which would pass over the holes of a sparse array.
    for (let at = 0; at < ranks.length; at += 1) {
      const rank: number = ranks[at];
      if (isRank(rank, this.size) || (orNull && rank === PROC_NULL)) continue;
      throw this.#outOfRange(call, `ranks[${at}]`, rank, orNull ? ' or PROC_NULL' : '');
    }
  }

  #checkGroup(call: string, other: Group): void {
    if (other instanceof Group) return;
    const text = `the other group must be a Group, not ${show(other)}; a communicator has one as group`;
    throw this.#wrong(call, 'ERR_GROUP', text);
  }

  #outOfRange(call: string, what: string, rank: unknown, more = ''): MpiError {
    const remedy = this.size === 0 && more === '' ? '' : `; give one of these${more}`;
    const hint = this.size > 0 && rank === this.size ? '; the last rank is size - 1' : '';
    const has = `this group has ${showRanks(this.size)}`;
    const text = `${what} is ${show(rank)}, which is out of range: ${has}${remedy}${hint}`;
    return this.#wrong(call, 'ERR_RANK', text);
  }

  #wrong(call: string, code: ErrorCode, text: string): MpiError {
    const own = this.#ownWorldRank;
    if (own === UNDEFINED) return new MpiError(code, `${call}: ${text}`);
    return new MpiError(code, `rank ${own}: ${call}: ${text}`, { rank: own });
  }
}

// No static field: tsc 7.0 writes one that holds an instance of its own class so that it fails.
const EMPTY = new Group([]);
