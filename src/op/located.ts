import type { TypedArray } from '../base/array-kind.ts';
import { checkList, combineLists, noNumbers } from './list.ts';
import { type Loops, loopFor } from './loops/family.ts';
import { maxlocLoops } from './loops/maxloc.ts';
import { minlocLoops } from './loops/minloc.ts';
import { Op } from './op.ts';
import { describe, kindsDiffer, Refusal, raised, within } from './refusal.ts';
import { commonKind, isTypedArray, targetOf } from './typed-array.ts';

/**
 * A pair `[value, location]`, a typed array of pairs one behind the other, or an array of these to
 * any depth. A pair is any array that begins with a number: so `[x, rank]` needs no type of its own.
 */
export type Located = readonly (number | bigint)[] | TypedArray | readonly Located[];

type Scalar = number | bigint;

/** What makes `minloc` differ from `maxloc`. */
interface LocatedRule {
  readonly name: string;
  readonly beats: (a: Scalar, b: Scalar) => boolean;
  /** The winner of two numbers, also of 0 and -0. */
  readonly numbers: (a: number, b: number) => number;
  readonly loops: Loops;
}

class LocatedOp extends Op<Located> {
  readonly #rule: LocatedRule;

  constructor(rule: LocatedRule) {
    super(rule.name, true, true);
    this.#rule = rule;
  }

  override combine<U extends Located>(left: U, right: U, into?: TypedArray): U {
    try {
      return this.#combine(left, right, into) as U;
    } catch (error) {
      throw raised(error);
    }
  }

  override check(value: unknown): void {
    try {
      this.#check(value, 0);
    } catch (error) {
      throw raised(error);
    }
  }

  override unit(array: unknown): number {
    return isTypedArray(array) || (Array.isArray(array) && isPair(array)) ? 2 : 1;
  }

  #combine(left: unknown, right: unknown, into?: TypedArray): unknown {
    if (isTypedArray(left) && isTypedArray(right)) return this.#combineArrays(left, right, into);
    if (Array.isArray(left) && Array.isArray(right) && isPair(left) === isPair(right)) {
      if (isPair(left)) return this.#combinePairs(left, right);
      return combineLists(this.name, left, right, noNumbers, (a, b) => this.#combine(a, b));
    }
    this.#check(left, 0);
    this.#check(right, 0);
    throw kindsDiffer(this.name, left, right);
  }

  #combineArrays(left: TypedArray, right: TypedArray, into?: TypedArray): TypedArray {
    const kind = commonKind(this.name, left, right);
    const loop = loopFor(this.#rule.loops, kind);
    if (loop === undefined || left.length % 2 !== 0) throw this.#refusal(left);
    const target = targetOf(into, kind, left.length);
    loop(target, left, right);
    return target;
  }

  #combinePairs(left: readonly unknown[], right: readonly unknown[]): [Scalar, Scalar] {
    const [a, place] = this.#asPair(left);
    const [b, other] = this.#asPair(right);
    for (const at of [0, 1]) {
      if (typeof left[at] === typeof right[at]) continue;
      throw within(kindsDiffer(this.name, left[at], right[at]), at);
    }
    const { beats, numbers } = this.#rule;
    if (beats(a, b) || (Number.isNaN(a) && !Number.isNaN(b))) return [a, place];
    if (beats(b, a) || (Number.isNaN(b) && !Number.isNaN(a))) return [b, other];
    const value = typeof a === 'number' && typeof b === 'number' ? numbers(a, b) : a;
    return [value, other < place ? other : place];
  }

  #asPair(array: readonly unknown[]): [Scalar, Scalar] {
    const [value, location] = array;
    if (array.length !== 2) throw this.#refusal(array);
    if (!isScalar(value)) throw within(this.#refusal(value), 0);
    if (!isScalar(location)) throw within(this.#refusal(location), 1);
    return [value, location];
  }

  #check(value: unknown, depth: number): void {
    if (Array.isArray(value)) {
      if (isPair(value)) this.#asPair(value);
      else checkList(this.name, value, depth, (element, below) => this.#check(element, below));
      return;
    }
    if (isTypedArray(value) && value.length % 2 === 0) return;
    throw this.#refusal(value);
  }

  #refusal(value: unknown): Refusal {
    const counted = Array.isArray(value) || isTypedArray(value);
    const count = counted ? ` of ${value.length} elements` : '';
    return new Refusal(
      'ERR_OP',
      `${this.name} combines pairs [value, location] and arrays of them, not ${describe(value)}${count}`,
      isTypedArray(value)
        ? 'let each value be followed by its location'
        : 'give [value, rank], or make an op for it with createOp((a, b) => …)',
    );
  }
}

/**
 * Take the least value and where it is, of pairs `[value, location]`.
 *
 * Of equal values the lowest location stays. NaN wins over every number, as for `min`; 0 and -0 are
 * equal. In a typed array value and location take turns, so its length is even.
 *
 * @see MPI-4.1 §6.9.4
 */
export const minloc: Op<Located> = new LocatedOp({
  name: 'minloc',
  beats: (a, b) => a < b,
  numbers: (a, b) => Math.min(a, b),
  loops: minlocLoops,
});

/**
 * Take the greatest value and where it is, of pairs `[value, location]`; ties, NaN and typed arrays
 * as for `minloc`.
 *
 * @see MPI-4.1 §6.9.4
 */
export const maxloc: Op<Located> = new LocatedOp({
  name: 'maxloc',
  beats: (a, b) => a > b,
  numbers: (a, b) => Math.max(a, b),
  loops: maxlocLoops,
});

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isPair(array: readonly unknown[]): boolean {
  return isScalar(array[0]);
}
