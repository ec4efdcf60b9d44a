import { MpiError } from '../base/error.ts';
import { MOST_RANKS } from '../base/rank.ts';
import { show, showItems } from '../base/show.ts';
import { closestFactors } from './closest-factors.ts';

/** More dimensions than can be told apart from a mistake; only 31 of them can hold more than one rank. */
const MOST_DIMENSIONS = 2 ** 16;

/**
 * Choose the dimensions of a grid of so many ranks, as close to each other as they can be.
 *
 * Of all ways to write the size as a product, those with the least difference between the largest
 * factor and the smallest count as closest, and among them the one whose first factor is smallest,
 * then its second, and so on. No heuristic: nothing is closer than the result.
 *
 * @param dims  how many dimensions, or one entry for each: 0 where it is to be chosen, else the
 *   number of ranks that the dimension must have
 * @returns the dimensions; those that were chosen do not increase from one to the next
 * @throws MpiError `ERR_ARG` if the size is not divisible by the dimensions given, or an argument is
 *   not what it should be
 * @see MPI-4.1 §8.5.2
 */
export function dimsCreate(size: number, dims: number | readonly number[]): number[] {
  if (!Number.isInteger(size) || size < 1 || size > MOST_RANKS) {
    throw wrong(`size ${show(size)} is not a whole number from 1 to ${MOST_RANKS}`);
  }
  const wanted = entries(dims);
  const left = leftOver(size, wanted);
  const chosen = closestFactors(left, wanted.filter((entry) => entry === 0).length);
  let next = 0;
  return wanted.map((entry) => {
    if (entry !== 0) return entry;
    next += 1;
    return chosen[next - 1] as number;
  });
}

function entries(dims: number | readonly number[]): readonly number[] {
  if (typeof dims === 'number') {
    if (Number.isInteger(dims) && dims >= 0 && dims <= MOST_DIMENSIONS) {
      return new Array<number>(dims).fill(0);
    }
    throw wrong(
      `${dims} is not a number of dimensions, a whole number from 0 to ${MOST_DIMENSIONS}`,
    );
  }
  if (!Array.isArray(dims)) {
    throw wrong(`dims must be a number or an array such as [0, 2, 0], not ${show(dims)}`);
  }
  for (let at = 0; at < dims.length; at += 1) {
    const entry: unknown = dims[at];
    if (Number.isSafeInteger(entry) && (entry as number) >= 0) continue;
    throw wrong(
      `dims[${at}] is ${show(entry)}; give 0 to have it chosen, or a whole number from 1 on`,
    );
  }
  return dims;
}

/** How many ranks remain to be spread over the dimensions that are to be chosen. */
function leftOver(size: number, wanted: readonly number[]): number {
  const given = wanted.filter((entry) => entry !== 0);
  // One after the other, since their product may be too large for a number.
  let left = size;
  for (const entry of given) {
    if (left % entry !== 0) {
      const text = `size ${size} is not divisible by ${given.join(' × ')}`;
      throw wrong(`${text}; have one of these chosen by giving 0`);
    }
    left /= entry;
  }
  if (left > 1 && given.length === wanted.length) {
    const ranks = size === left ? '1 rank' : `${size / left} ranks`;
    const text = `dims ${showItems(wanted)} hold ${ranks}, not ${size}`;
    throw wrong(`${text}; have a dimension chosen by giving 0`);
  }
  return left;
}

function wrong(text: string): MpiError {
  return new MpiError('ERR_ARG', `dimsCreate: ${text}`);
}
