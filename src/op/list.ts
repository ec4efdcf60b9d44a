import type { ListLoop } from './loops/family.ts';
import { countsDiffer, Refusal, within } from './refusal.ts';

/** An array that is nested deeper than this surely holds itself. */
const DEEPEST = 1000;

/**
 * Combine two plain arrays element by element into a new one.
 *
 * @param numbers  combines numbers, which are so common that they have a loop of their own
 * @param others  combines any other two elements
 * @throws Refusal with the place of the elements that cannot be combined
 */
export function combineLists(
  op: string,
  left: readonly unknown[],
  right: readonly unknown[],
  numbers: ListLoop,
  others: (left: unknown, right: unknown) => unknown,
): unknown[] {
  if (left.length !== right.length) throw countsDiffer(op, left.length, right.length);
  // A copy has the engine's own form for arrays of numbers from the start.
  const result = [...left];
  for (let at = numbers(result, right, 0); at < result.length; at = numbers(result, right, at)) {
    try {
      result[at] = others(result[at], right[at]);
    } catch (error) {
      throw within(error, at);
    }
    at += 1;
  }
  return result;
}

/**
 * Make a loop of a function. Each call of it may make a number object, which takes longer than to
 * add, so the ops for which speed counts have a loop of their own.
 */
export function listLoop(combine: (left: number, right: number) => number): ListLoop {
  return (result, right, from) => {
    let at = from;
    try {
      for (; at < result.length; at += 1) {
        const a = result[at];
        const b = right[at];
        if (typeof a !== 'number' || typeof b !== 'number') break;
        result[at] = combine(a, b);
      }
    } catch (error) {
      throw within(error, at);
    }
    return at;
  };
}

/** Leaves everything to others: for ops that combine no single numbers. */
export const noNumbers: ListLoop = (_result, _right, from) => from;

/**
 * Look at each element of a plain array.
 *
 * @param depth  how many arrays are around this one
 * @throws Refusal with the place of the first element that `check` refuses
 */
export function checkList(
  op: string,
  list: readonly unknown[],
  depth: number,
  check: (element: unknown, depth: number) => void,
): void {
  if (depth >= DEEPEST) {
    throw new Refusal(
      'ERR_OP',
      `${op} cannot combine arrays nested more than ${DEEPEST} deep`,
      'look for an array that holds itself',
    );
  }
  let at = 0;
  try {
    for (; at < list.length; at += 1) check(list[at], depth + 1);
  } catch (error) {
    throw within(error, at);
  }
}
