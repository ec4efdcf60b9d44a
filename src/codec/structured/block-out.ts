/** Arrays of numbers alone, written as blocks. */

import {
  doubles,
  integers,
  moveTo,
  position,
  putByte,
  ROOM,
  reserve,
  writeLength,
} from './output.ts';
import { BLOCK_ALIGNMENT, FLOAT64_ARRAY, INT32_ARRAY } from './tag.ts';

/** Room for a block is taken in steps of so many numbers, for a sparse array may claim any length. */
const BLOCK_STEP = 1 << 21;

/**
 * Write a few elements, which are no one else's, as a block if they are numbers alone.
 *
 * @returns whether they are; if not, nothing is written
 */
export function writeShortBlock(values: readonly unknown[]): boolean {
  const { length } = values;
  reserve(2 * ROOM + 8 * length);
  const head = position;
  const start = openBlock(length);
  let i = 0;
  for (let at = start / 4; i < length; i += 1) {
    const value = values[i];
    if (typeof value !== 'number') break;
    const whole = value | 0;
    if (whole !== value || (whole === 0 && 1 / value < 0)) break;
    integers[at + i] = whole;
  }
  if (i === length) {
    moveTo(start + 4 * length);
    return true;
  }
  turnIntoDoubles(head);
  i = 0;
  for (let at = start / 8; i < length; i += 1) {
    const value = values[i];
    if (typeof value !== 'number') break;
    doubles[at + i] = value;
  }
  moveTo(i === length ? start + 8 * length : head);
  return i === length;
}

/**
 * Write a long array as a block of numbers, as integers while they last.
 *
 * @returns undefined if that is done; else nothing is written, and these elements have been read
 */
export function writeBlock(array: readonly unknown[]): readonly unknown[] | undefined {
  const { length } = array;
  const head = position;
  const start = openBlock(length);

  let value = array[0];
  let i = 0;
  for (;;) {
    const room = makeRoom(start + 4 * i, i, length, 4);
    i = putIntegers(array, value, i, room, start / 4);
    if (i < room) break;
    if (i === length) {
      moveTo(start + 4 * i);
      return undefined;
    }
    value = array[i];
  }

  turnIntoDoubles(head);
  widen(start, i);
  value = stopper;
  for (;;) {
    const room = makeRoom(start + 8 * i, i, length, 8);
    i = putDoubles(array, value, i, room, start / 8);
    if (i < room) break;
    if (i === length) {
      moveTo(start + 8 * i);
      return undefined;
    }
    value = array[i];
  }

  moveTo(head);
  const read: unknown[] = Array.from(doubles.subarray(start / 8, start / 8 + i));
  read.push(stopper);
  stopper = undefined;
  return read;
}

/** Write the head of a block of integers; returns where these start. */
function openBlock(length: number): number {
  putByte(INT32_ARRAY);
  writeLength(length);
  while (position % BLOCK_ALIGNMENT !== 0) putByte(0);
  return position;
}

/** Let the block with this head be one of doubles. */
function turnIntoDoubles(head: number): void {
  moveTo(head);
  putByte(FLOAT64_ARRAY);
}

/** The element that ended a run of numbers: it must not be read a second time. */
let stopper: unknown;

// The runs are functions of their own, for these loops are optimised while they run, and what came
// after one in the same function would throw that away.

/** Write elements `i` to `room`, of which `value` is the first, or as many as are integers. */
function putIntegers(
  array: readonly unknown[],
  value: unknown,
  i: number,
  room: number,
  at: number,
): number {
  const out = integers;
  while (typeof value === 'number') {
    const whole = value | 0;
    if (whole !== value || (whole === 0 && 1 / value < 0)) break;
    out[at + i] = whole;
    i += 1;
    if (i === room) return i;
    value = array[i];
  }
  stopper = value;
  return i;
}

/** Write elements `i` to `room`, of which `value` is the first, or as many as are numbers. */
function putDoubles(
  array: readonly unknown[],
  value: unknown,
  i: number,
  room: number,
  at: number,
): number {
  const out = doubles;
  while (typeof value === 'number') {
    out[at + i] = value;
    i += 1;
    if (i === room) return i;
    value = array[i];
  }
  stopper = value;
  return i;
}

/** Reserve, at `at`, for the next step of a block from element `i`; returns where that step ends. */
function makeRoom(at: number, i: number, length: number, size: number): number {
  const room = Math.min(length, i + BLOCK_STEP);
  moveTo(at);
  reserve(ROOM + size * (room - i));
  return room;
}

/** Turn `count` integers, from `start`, into doubles where they stand. */
function widen(start: number, count: number): void {
  moveTo(start + 4 * count);
  reserve(ROOM + 4 * count);
  for (let i = count - 1; i >= 0; i -= 1) doubles[start / 8 + i] = integers[start / 4 + i]!;
}
