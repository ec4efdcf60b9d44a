/** What the types of ops promise; compiling this file is the test. */
import { max, min, prod, sum } from '../../src/op/arithmetic.ts';
import { band } from '../../src/op/bitwise.ts';
import { noOp, replace } from '../../src/op/choice.ts';
import { createOp } from '../../src/op/create-op.ts';
import { minloc } from '../../src/op/located.ts';
import { land } from '../../src/op/logical.ts';
import type { Op, OpLike } from '../../src/op/op.ts';
import { isExactly } from '../helpers/is-exactly.ts';

/** As a reduction takes value and op. */
declare function reduce<T>(value: T, op?: OpLike<T>): T;

declare const pair: [number, number];
declare const floats: Float64Array;

export function inferred(): void {
  isExactly<number>()(reduce(3, sum));
  isExactly<number>()(reduce(3));
  isExactly<bigint>()(reduce(3n, prod));
  isExactly<number[]>()(reduce([1, 2], min));
  isExactly<number[][]>()(reduce([[1], [2]], max));
  isExactly<Float64Array>()(reduce(floats, sum));
  isExactly<Float64Array[]>()(reduce([floats], sum));
  isExactly<boolean>()(reduce(Boolean(1), land));
  isExactly<[number, number]>()(reduce(pair, minloc));
  isExactly<number[]>()(reduce([3, 1], minloc));
  isExactly<Float64Array>()(reduce(floats, minloc));
  isExactly<string>()(reduce('x', replace));
  isExactly<Date>()(reduce(new Date(), noOp));
  isExactly<string>()(reduce('x', (a, b) => a + b));
  isExactly<number>()(reduce(3, Math.max));
  const longest = createOp((a: string, b: string) => (a.length < b.length ? b : a));
  isExactly<Op<string>>()(longest);
  isExactly<string>()(reduce('x', longest));
  const scale = createOp((a: number, b: number) => a * b, { elementwise: true });
  isExactly<number>()(reduce(2, scale));
  isExactly<number[]>()(reduce([2], scale));
  isExactly<Float64Array>()(reduce(floats, scale));
}

/** An op that takes more may stand where one is wanted that takes less. */
export const ofNumbers: Op<number>[] = [sum, land, band, replace, createOp(Math.max)];
export const unknownOps: Op[] = [sum, minloc, replace, createOp((a: Date) => a)];

export function mistakes(): void {
  // @ts-expect-error sum takes no strings
  reduce('x', sum);
  // @ts-expect-error sum takes no objects
  reduce({ x: 1 }, sum);
  // @ts-expect-error sum takes no booleans
  reduce(Boolean(1), sum);
  // @ts-expect-error band takes no floats
  reduce(floats, band);
  // @ts-expect-error minloc takes pairs
  reduce(3, minloc);
  const ofStrings = createOp((a: string, b: string) => a + b);
  // @ts-expect-error an op of strings takes no numbers
  reduce(3, ofStrings);
  const ofBigints = createOp((a: bigint, b: bigint) => a + b, { elementwise: true });
  // @ts-expect-error an elementwise op of bigints takes no array of numbers
  reduce(floats, ofBigints);
  // @ts-expect-error an op is no name
  reduce(3, 'sum');
  // @ts-expect-error there is no such option
  createOp((a: number) => a, { commutes: true });
}
