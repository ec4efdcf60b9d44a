import { PROC_NULL } from '../base/constants.ts';
import { type ErrorCode, MpiError } from '../base/error.ts';
import { isRank, MOST_RANKS, showRanks } from '../base/rank.ts';
import { show, showItems } from '../base/show.ts';

/** Whom a rank receives from, and whom it sends to, when all values move along a dimension. */
export interface Shift {
  /** The rank whose value arrives here, or PROC_NULL. */
  readonly source: number;
  /** The rank at which the value from here arrives, or PROC_NULL. */
  readonly dest: number;
}

/** The place of one rank in the grids that are left when some dimensions are taken away. */
export interface SubGrid {
  /** The same for all ranks of one such grid, and different from that of any other. */
  readonly color: number;
  /** The rank in it. */
  readonly key: number;
  /** The grid itself. */
  readonly grid: Grid;
}

/**
 * Ranks laid out in any number of dimensions, the last of which varies fastest.
 *
 * A grid of no dimensions has one rank. Messages of its errors begin with the call, not with who
 * calls: a grid is the same on every rank.
 *
 * Not yet: graphs known to every rank (MPI-4.1 §8.5.3), orders that suit the machine (§8.5.8).
 *
 * @see MPI-4.1 §8.5
 */
export class Grid {
  /** How many ranks each dimension has. */
  readonly dims: readonly number[];
  /** Whether the last rank of each dimension is followed by the first. */
  readonly periods: readonly boolean[];
  /** How many ranks there are. */
  readonly size: number;
  /** By how much the rank grows from one place in a dimension to the next. */
  readonly #steps: readonly number[];

  /**
   * Lay out as many ranks as the product of `dims`.
   *
   * @param periods  one for each dimension; without it none is periodic
   * @throws MpiError `ERR_ARG` if a dimension has no ranks, there are not as many periods, or there
   *   are more than 2^31 ranks
   * @see MPI-4.1 §8.5.1
   */
  constructor(dims: readonly number[], periods?: readonly boolean[]) {
    checkDims(dims);
    if (periods !== undefined) checkFlags('cartesian', 'periods', periods, dims.length);
    this.dims = Object.freeze(dims.slice());
    this.periods = Object.freeze(periods?.slice() ?? dims.map(() => false));
    this.size = sizeOf(dims);
    this.#steps = stepsOf(dims);
  }

  /**
   * Find the place of a rank in each dimension.
   *
   * @throws MpiError `ERR_RANK` if the grid has no such rank
   * @see MPI-4.1 §8.5.5
   */
  coordinates(rank: number): number[] {
    this.#checkRank('coordinates', rank);
    return this.dims.map((_, dimension) => this.#coordinate(rank, dimension));
  }

  /**
   * Find the rank at these coordinates; those of a periodic dimension are taken modulo its ranks.
   *
   * @throws MpiError `ERR_ARG` if one is outside a dimension that is not periodic, or there is not
   *   one for each dimension
   * @see MPI-4.1 §8.5.5
   */
  rankAt(coordinates: readonly number[]): number {
    const count = this.dims.length;
    const isWhole =
      Array.isArray(coordinates) && Array.from(coordinates).every(Number.isSafeInteger);
    if (!isWhole || coordinates.length !== count) {
      const text = `the coordinates must be ${each('whole number', count)}, not ${showItems(coordinates)}`;
      throw wrong('rankAt', 'ERR_ARG', text);
    }
    return coordinates.reduce((rank, coordinate, dimension) => {
      const place = this.#place(coordinate, dimension);
      if (place !== undefined) return rank + place * (this.#steps[dimension] as number);
      const last = (this.dims[dimension] as number) - 1;
      const legal = last === 0 ? '0 is legal' : `0 to ${last} are legal`;
      const text = `coordinate ${coordinate} is outside dimension ${dimension}: ${legal}, as it is not periodic`;
      throw wrong('rankAt', 'ERR_ARG', text);
    }, 0);
  }

  /**
   * Find the rank that lies so far from another along a dimension: PROC_NULL beyond an edge.
   *
   * @throws MpiError `ERR_RANK` if the grid has no such rank, `ERR_ARG` if it has no such dimension
   *   or the distance is no whole number
   */
  neighbor(rank: number, dimension: number, distance: number): number {
    this.#checkStep('neighbor', rank, dimension, distance);
    return this.#neighbor(rank, dimension, distance);
  }

  /**
   * Find whom a rank receives from and whom it sends to when all values move so far along a
   * dimension: PROC_NULL beyond an edge. A negative distance moves them towards coordinate 0.
   *
   * @throws MpiError `ERR_RANK` if the grid has no such rank, `ERR_ARG` if it has no such dimension
   *   or the distance is no whole number
   * @see MPI-4.1 §8.5.6
   */
  shift(rank: number, dimension: number, distance: number): Shift {
    this.#checkStep('shift', rank, dimension, distance);
    return {
      source: this.#neighbor(rank, dimension, -distance),
      dest: this.#neighbor(rank, dimension, distance),
    };
  }

  /**
   * List the neighbours of a rank: for each dimension the one before it, then the one behind it,
   * PROC_NULL beyond an edge. Where a periodic dimension has two ranks both are the same rank, and
   * where it has one, the rank itself.
   *
   * @throws MpiError `ERR_RANK` if the grid has no such rank
   * @see MPI-4.1 §8.6
   */
  neighbors(rank: number): number[] {
    this.#checkRank('neighbors', rank);
    return this.dims.flatMap((_, dimension) => [
      this.#neighbor(rank, dimension, -1),
      this.#neighbor(rank, dimension, 1),
    ]);
  }

  /**
   * Take away the dimensions that are not to remain: what is left is one grid for each place in
   * those. Ranks of the same color are split off together, in the order of their keys.
   *
   * @param remain  one for each dimension
   * @throws MpiError `ERR_RANK` if the grid has no such rank, `ERR_ARG` if there is not one boolean
   *   for each dimension
   * @see MPI-4.1 §8.5.7
   */
  sub(rank: number, remain: readonly boolean[]): SubGrid {
    this.#checkRank('sub', rank);
    checkFlags('sub', 'remain', remain, this.dims.length);
    const kept = <T>(values: readonly T[]) => values.filter((_, at) => remain[at]);
    const dropped = <T>(values: readonly T[]) => values.filter((_, at) => !remain[at]);
    const coordinates = this.coordinates(rank);
    const grid = new Grid(kept(this.dims), kept(this.periods));
    return {
      color: new Grid(dropped(this.dims)).rankAt(dropped(coordinates)),
      key: grid.rankAt(kept(coordinates)),
      grid,
    };
  }

  #coordinate(rank: number, dimension: number): number {
    return Math.floor(rank / (this.#steps[dimension] as number)) % (this.dims[dimension] as number);
  }

  /** Where a coordinate lies inside its dimension, if at all. */
  #place(coordinate: number, dimension: number): number | undefined {
    const extent = this.dims[dimension] as number;
    if (coordinate >= 0 && coordinate < extent) return coordinate;
    // The remainder of a negative number is negative, or -0.
    return this.periods[dimension] ? ((coordinate % extent) + extent) % extent : undefined;
  }

  #neighbor(rank: number, dimension: number, distance: number): number {
    const here = this.#coordinate(rank, dimension);
    // Around a period first, as a sum with a long distance would not be exact.
    const extent = this.dims[dimension] as number;
    const moved = here + (this.periods[dimension] ? distance % extent : distance);
    const there = this.#place(moved, dimension);
    if (there === undefined) return PROC_NULL;
    return rank + (there - here) * (this.#steps[dimension] as number);
  }

  #checkRank(call: string, rank: number): void {
    if (isRank(rank, this.size)) return;
    const has = `this grid has ${showRanks(this.size)}`;
    const text = `rank ${show(rank)} is out of range: ${has}; give one of these`;
    throw wrong(call, 'ERR_RANK', text);
  }

  #checkStep(call: string, rank: number, dimension: number, distance: number): void {
    this.#checkRank(call, rank);
    const count = this.dims.length;
    if (!isRank(dimension, count)) {
      const many = count === 1 ? 'dimension 0 alone' : `dimensions 0 to ${count - 1}`;
      const has = `this grid has ${count === 0 ? 'none' : many}`;
      throw wrong(call, 'ERR_ARG', `dimension ${show(dimension)} is out of range: ${has}`);
    }
    if (!Number.isSafeInteger(distance)) {
      const text = `distance ${show(distance)} is not a whole number; give how many places to move`;
      throw wrong(call, 'ERR_ARG', text);
    }
  }
}

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((size, extent) => size * extent, 1);
}

function stepsOf(dims: readonly number[]): number[] {
  const steps: number[] = [];
  let step = 1;
  for (const extent of dims.toReversed()) {
    steps.unshift(step);
    step *= extent;
  }
  return steps;
}

function checkDims(dims: readonly number[]): void {
  if (!Array.isArray(dims)) {
    const text = `dims must be an array such as [3, 2], not ${show(dims)}`;
    throw wrong('cartesian', 'ERR_ARG', text);
  }
  for (let at = 0; at < dims.length; at += 1) {
    const extent: unknown = dims[at];
    if (Number.isSafeInteger(extent) && (extent as number) >= 1) continue;
    const hint = extent === 0 ? '; dimsCreate(size, dims) chooses a number for it' : '';
    const text = `dims[${at}] is ${show(extent)}, and must be a whole number from 1 on${hint}`;
    throw wrong('cartesian', 'ERR_ARG', text);
  }
  if (sizeOf(dims) > MOST_RANKS) {
    const text = `${dims.join(' × ')} are more than ${MOST_RANKS} ranks; give as many as there are`;
    throw wrong('cartesian', 'ERR_ARG', text);
  }
}

function checkFlags(call: string, name: string, flags: unknown, count: number): void {
  const areFlags = Array.isArray(flags) && Array.from(flags).every((flag) => flag === !!flag);
  if (areFlags && flags.length === count) return;
  throw wrong(
    call,
    'ERR_ARG',
    `${name} must be ${each('boolean', count)}, not ${showItems(flags)}`,
  );
}

/** Name an array that has an item for each dimension. */
function each(item: string, count: number): string {
  if (count === 0) return 'an empty array, as the grid has no dimensions';
  return count === 1
    ? `an array of one ${item}`
    : `an array of ${count} ${item}s, one for each dimension`;
}

function wrong(call: string, code: ErrorCode, text: string): MpiError {
  return new MpiError(code, `${call}: ${text}`);
}
