import { arrayKindOf, type TypedArray } from '../../base/array-kind.ts';
import { show } from '../../base/show.ts';
import { misfit } from '../../codec/payload.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import { type Caller, checkInto, wrong } from '../../pt2pt/check.ts';
import { nameOf, showArray } from './value.ts';

/** Where the blocks of the ranks lie in one array, in elements. */
export interface Arrangement {
  /** Elements of each block; all as long if left out. */
  readonly counts?: ArrayLike<number> | undefined;
  /** Where each begins; each right behind the one before if left out. */
  readonly displacements?: ArrayLike<number> | undefined;
}

/** What an arrangement is called in the options. */
export interface ArrangementNames {
  readonly counts: string;
  readonly displacements: string;
}

const NAMES: ArrangementNames = { counts: 'counts', displacements: 'displacements' };

/**
 * Check what is to be cut into one block for each rank.
 *
 * @throws MpiError `ERR_ARG` if it is neither a list nor a typed array; `ERR_COUNT` if its length or the counts do not fit the
 *   number of ranks, or each other; `ERR_BUFFER` if a block lies outside the array
 */
export function checkCut(
  caller: Caller,
  call: string,
  values: unknown,
  arrangement: Arrangement,
): void {
  const { size } = caller;
  const { counts, displacements } = arrangement;
  const fail = (code: 'ERR_ARG' | 'ERR_COUNT', text: string): never => {
    throw wrong(caller, call, code, text);
  };
  if (Array.isArray(values)) {
    if (counts !== undefined || displacements !== undefined) {
      fail(
        'ERR_ARG',
        'counts and displacements are for one typed array; items of a list may be of any size',
      );
    }
    if (values.length !== size) {
      const has = `the list has ${values.length} values, but there are ${size} ranks`;
      fail('ERR_COUNT', `${has}; give one value for each rank`);
    }
    return;
  }
  if (!isTypedArray(values)) {
    fail('ERR_ARG', `expected a list of ${size} values or one typed array, not ${show(values)}`);
    return;
  }
  const { length } = values;
  if (counts === undefined) {
    if (displacements !== undefined) {
      fail('ERR_COUNT', 'displacements say where blocks begin; give counts as well');
    }
    if (length % size !== 0) {
      const text = `${showArray(values)} cannot be cut into ${size} equal blocks`;
      fail('ERR_COUNT', `${text}; give the counts, such as ${showFairCounts(length, size)}`);
    }
    return;
  }
  checkNumbers(caller, call, 'counts', counts);
  if (displacements !== undefined) checkNumbers(caller, call, 'displacements', displacements);
  if (displacements === undefined) {
    const sum = total(counts);
    if (sum !== length) {
      const text = `the counts add up to ${sum}, but the array has ${length} elements`;
      fail('ERR_COUNT', `${text}; they must be the same, or displacements be given`);
    }
    return;
  }
  checkInside(caller, call, 'the array', values, counts, displacements);
}

/** Where blocks are to be put. */
export interface Places extends Arrangement {
  /** The array that they are put into. */
  readonly into?: TypedArray | undefined;
}

/**
 * Check where the blocks of all ranks are to be put in one array.
 *
 * @param own  what this rank contributes
 * @throws MpiError `ERR_COUNT` if the counts do not fit the number of ranks or the array; `ERR_BUFFER` if blocks lie outside it, or
 *   overlap; `ERR_TYPE` if it is of another kind than what this rank contributes
 */
export function checkPlaces(
  caller: Caller,
  call: string,
  own: TypedArray,
  { into, counts, displacements }: Places,
  names: ArrangementNames = NAMES,
): void {
  checkInto(caller, call, into);
  if (into !== undefined && misfit(arrayKindOf(own)?.id ?? 0, 0, into) !== undefined) {
    const text = `the array is ${nameOf(own)}, but into is ${nameOf(into)}; both must have the same element type`;
    throw wrong(caller, call, 'ERR_TYPE', text);
  }
  if (counts === undefined) {
    if (displacements === undefined) return;
    const text = `${names.displacements} say where blocks begin; give ${names.counts} as well`;
    throw wrong(caller, call, 'ERR_COUNT', text);
  }
  checkNumbers(caller, call, names.counts, counts);
  if (displacements !== undefined) checkNumbers(caller, call, names.displacements, displacements);
  if (into === undefined) {
    if (displacements === undefined) return;
    const text = `${names.displacements} say where blocks are put; give into as well`;
    throw wrong(caller, call, 'ERR_ARG', text);
  }
  if (displacements !== undefined) {
    checkInside(caller, call, 'into', into, counts, displacements);
    checkApart(caller, call, counts, displacements, names);
    return;
  }
  const sum = total(counts);
  if (sum <= into.length) return;
  const text = `the ${names.counts} add up to ${sum}, but into has ${into.length} elements`;
  throw wrong(caller, call, 'ERR_COUNT', `${text}; make it longer`);
}

/** One integer of 0 or more for each rank. */
function checkNumbers(
  caller: Caller,
  call: string,
  name: string,
  numbers: ArrayLike<number>,
): void {
  const { size } = caller;
  if (!Array.isArray(numbers) && !isTypedArray(numbers)) {
    throw wrong(caller, call, 'ERR_ARG', `${name} must be a list of numbers, not ${show(numbers)}`);
  }
  if (numbers.length !== size) {
    const text = `${name} has ${numbers.length} numbers, but there are ${size} ranks; give one for each rank`;
    throw wrong(caller, call, 'ERR_COUNT', text);
  }
  for (let rank = 0; rank < size; rank += 1) {
    const number = numbers[rank];
    if (Number.isSafeInteger(number) && (number as number) >= 0) continue;
    const text = `${name}[${rank}] is ${show(number)}; it must be an integer of 0 or more`;
    throw wrong(caller, call, 'ERR_COUNT', text);
  }
}

function checkInside(
  caller: Caller,
  call: string,
  what: string,
  array: TypedArray,
  counts: ArrayLike<number>,
  displacements: ArrayLike<number>,
): void {
  for (let rank = 0; rank < displacements.length; rank += 1) {
    const count = counts[rank] as number;
    const start = displacements[rank] as number;
    if (start + count <= array.length) continue;
    const block = `the block of rank ${rank}, ${count} elements from ${start} on`;
    const text = `${block}, lies outside ${what}, which has ${array.length} elements`;
    throw wrong(caller, call, 'ERR_BUFFER', `${text}; correct counts and displacements`);
  }
}

function checkApart(
  caller: Caller,
  call: string,
  counts: ArrayLike<number>,
  displacements: ArrayLike<number>,
  names: ArrangementNames,
): void {
  let last = -1;
  for (const rank of inOrder(displacements)) {
    if (counts[rank] === 0) continue;
    const start = displacements[rank] as number;
    if (last >= 0) {
      const end = (displacements[last] as number) + (counts[last] as number);
      if (start < end) {
        const text = `the blocks of ranks ${Math.min(last, rank)} and ${Math.max(last, rank)} overlap in into`;
        const remedy = `correct ${names.counts} and ${names.displacements}`;
        throw wrong(caller, call, 'ERR_BUFFER', `${text}; ${remedy}`);
      }
    }
    last = rank;
  }
}

/** The ranks in the order in which their blocks lie. */
export function inOrder(displacements: ArrayLike<number>): number[] {
  const place = (rank: number): number => displacements[rank] as number;
  return Array.from(displacements, (_, rank) => rank).sort((a, b) => place(a) - place(b));
}

export function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let rank = 0; rank < counts.length; rank += 1) sum += counts[rank] as number;
  return sum;
}

function showFairCounts(length: number, size: number): string {
  const fair = Array.from({ length: Math.min(size, 4) }, (_, rank) =>
    Math.floor((length + size - 1 - rank) / size),
  );
  return `[${fair.join(', ')}${size > 4 ? ', …' : ''}]`;
}
