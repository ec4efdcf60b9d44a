import { type ArrayKind, arrayKindOf, bytesOf, type TypedArray } from '../../base/array-kind.ts';
import { MpiError } from '../../base/error.ts';
import { copyOf, misfit, type Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import { freshLike } from '../reduction/memory.ts';
import { total } from './check-blocks.ts';
import { describe, isAt, nameOf, overlap, showArray } from './value.ts';

/** What is known before the blocks come. */
export interface PlacementOptions {
  /** Number of blocks. */
  readonly size: number;
  /** The array that is filled; one is made to measure if it is left out. */
  readonly into: TypedArray | undefined;
  /** An array of the kind that is wanted. */
  readonly like: TypedArray;
  /** Elements of each block. */
  readonly counts: ArrayLike<number> | undefined;
  /** Where each begins; one lies behind the other if left out. */
  readonly displacements: ArrayLike<number> | undefined;
  /** How many elements each block has, if all are alike and no counts are given. */
  readonly likely: number | undefined;
}

/**
 * Where the blocks of all ranks are put in one array.
 *
 * With counts each has its place before it comes. Without, if the array is as long as if all blocks were as long as is likely, it is taken
 * that they are, so that they come to their places without a copy; if that proves wrong, they are moved when all are here.
 */
export class Placement {
  readonly #options: PlacementOptions;
  readonly #kind: ArrayKind;
  /** Where each block begins, in elements; undefined while their lengths are not known. */
  readonly #starts: ArrayLike<number> | undefined;
  #into: TypedArray | undefined;

  constructor(options: PlacementOptions) {
    const { into, like, counts, displacements } = options;
    this.#options = options;
    this.#kind = arrayKindOf(like) as ArrayKind;
    this.#starts = displacements ?? (counts === undefined ? undefined : startsOf(counts));
    this.#into = into;
  }

  /** Choose the place of a block when its size is known. */
  readonly places = (source: number): Room => {
    return (dataKind, bytes) => {
      const place = this.#place(source, bytes / this.#kind.bytesPerElement);
      return place !== undefined && misfit(dataKind, bytes, place) === undefined
        ? place
        : undefined;
    };
  };

  /** Where the block of a rank is put, in bytes, as far as that is known before it comes. */
  offset(source: number): number {
    const { likely = 0 } = this.#options;
    const start = this.#starts === undefined ? source * likely : (this.#starts[source] as number);
    return start * this.#kind.bytesPerElement;
  }

  /**
   * Put those blocks to their places that are not there yet.
   *
   * @param blocks  that of each rank
   * @throws MpiError `ERR_TYPE`, `ERR_COUNT` or `ERR_TRUNCATE` if they do not fit
   */
  fill(blocks: readonly Packed[]): TypedArray {
    const { bytesPerElement } = this.#kind;
    const counts = blocks.map((block, source) => this.#countOf(block, source));
    const starts = this.#starts ?? startsOf(counts);
    const into = this.#room(counts);
    const memory = bytesOf(into);
    const astray = blocks.map(({ bytes }, source) => {
      const isThere = isAt(bytes, into, (starts[source] as number) * bytesPerElement);
      if (isThere || bytes.length === 0) return undefined;
      // What came to a place that is not its own may lie where another is to be put.
      return overlap(bytes, into) ? copyOf(bytes) : bytes;
    });
    for (const [source, bytes] of astray.entries()) {
      if (bytes !== undefined) memory.set(bytes, (starts[source] as number) * bytesPerElement);
    }
    return into;
  }

  #place(source: number, count: number): TypedArray | undefined {
    const { size, counts, likely } = this.#options;
    if (counts === undefined) {
      if (count !== likely) return undefined;
      this.#into ??= freshLike(this.#options.like, count * size);
      const start = source * count;
      return this.#into.length === count * size
        ? this.#into.subarray(start, start + count)
        : undefined;
    }
    if (count !== counts[source]) return undefined;
    this.#into ??= freshLike(this.#options.like, total(counts));
    const start = this.#starts?.[source] as number;
    return this.#into.subarray(start, start + count);
  }

  /** The elements of a block that came. */
  #countOf(block: Packed, source: number): number {
    const { counts, like } = this.#options;
    const { dataKind, bytes } = block;
    if (misfit(dataKind, 0, like) !== undefined) {
      const text = `the block of rank ${source} is ${describe(block)}, but that of this rank is of ${nameOf(like)}`;
      throw new MpiError('ERR_TYPE', `${text}; all ranks must use the same element type`);
    }
    const count = bytes.length / this.#kind.bytesPerElement;
    if (counts !== undefined && counts[source] !== count) {
      const text = `the block of rank ${source} is ${describe(block)}, but its count is ${counts[source]} here`;
      throw new MpiError('ERR_COUNT', `${text}; what is sent and what is counted must agree`);
    }
    return count;
  }

  /** The array, once it is known how much there is. */
  #room(counts: readonly number[]): TypedArray {
    const { into, like } = this.#options;
    const needed = total(counts);
    if (into === undefined) {
      return this.#into?.length === needed ? this.#into : freshLike(like, needed);
    }
    if (this.#starts === undefined && needed > into.length) {
      const text = `${needed} elements came, but into is ${showArray(into)}`;
      throw new MpiError('ERR_TRUNCATE', `${text} and too short; make it longer`);
    }
    return into;
  }
}

/** Where blocks begin that lie one behind the other. */
function startsOf(counts: ArrayLike<number>): number[] {
  const starts: number[] = [];
  let start = 0;
  for (let rank = 0; rank < counts.length; rank += 1) {
    starts.push(start);
    start += counts[rank] as number;
  }
  return starts;
}
