import { arrayKindOf, type TypedArray } from '../base/array-kind.ts';
import { checkList, combineLists, listLoop } from './list.ts';
import { type ListLoop, type Loops, loopFor } from './loops/family.ts';
import { Op } from './op.ts';
import { describe, kindsDiffer, Refusal, raised } from './refusal.ts';
import { commonKind, isTypedArray, targetOf } from './typed-array.ts';

/** What makes one predefined op differ from another. */
export interface Rule {
  readonly name: string;
  /** What it takes, in words. */
  readonly takes: string;
  readonly numbers: (left: number, right: number) => number;
  readonly bigints: (left: bigint, right: bigint) => bigint;
  /** Left out if booleans are refused. */
  readonly booleans?: (left: boolean, right: boolean) => boolean;
  /** Numbers in plain arrays; made of `numbers` if left out. */
  readonly list?: ListLoop;
  /** Typed arrays without a loop are refused. */
  readonly loops: Loops;
  /** Whether this number may be given, where not all may. */
  readonly admits?: (value: number) => boolean;
  /** What to do instead of giving this value. */
  readonly remedy: (value: unknown) => string;
}

/** An op that combines two scalars, and arrays of them element by element, to any depth. */
export class PredefinedOp<in T> extends Op<T> {
  readonly #rule: Rule;
  readonly #list: ListLoop;

  constructor(rule: Rule) {
    super(rule.name, true, true);
    this.#rule = rule;
    this.#list = rule.list ?? listLoop(rule.numbers);
  }

  override combine<U extends T>(left: U, right: U, into?: TypedArray): U {
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

  #combine(left: unknown, right: unknown, into?: TypedArray): unknown {
    const { numbers, bigints, booleans } = this.#rule;
    if (typeof left === 'number' && typeof right === 'number') return numbers(left, right);
    if (isTypedArray(left) && isTypedArray(right)) return this.#combineArrays(left, right, into);
    if (Array.isArray(left) && Array.isArray(right)) {
      return combineLists(this.name, left, right, this.#list, (a, b) => this.#combine(a, b));
    }
    if (typeof left === 'bigint' && typeof right === 'bigint') return bigints(left, right);
    if (booleans !== undefined && typeof left === 'boolean' && typeof right === 'boolean') {
      return booleans(left, right);
    }
    this.#check(left, 0);
    this.#check(right, 0);
    throw kindsDiffer(this.name, left, right);
  }

  #combineArrays(left: TypedArray, right: TypedArray, into?: TypedArray): TypedArray {
    const kind = commonKind(this.name, left, right);
    const loop = loopFor(this.#rule.loops, kind);
    if (loop === undefined) throw refusal(this.#rule, left);
    const target = targetOf(into, kind, left.length);
    loop(target, left, right);
    return target;
  }

  #check(value: unknown, depth: number): void {
    const { admits, booleans, loops } = this.#rule;
    if (typeof value === 'number' && (admits === undefined || admits(value))) return;
    if (Array.isArray(value)) {
      checkList(this.name, value, depth, (element, below) => this.#check(element, below));
      return;
    }
    if (typeof value === 'bigint' || (typeof value === 'boolean' && booleans !== undefined)) return;
    const kind = isTypedArray(value) ? arrayKindOf(value) : undefined;
    if (kind !== undefined && loopFor(loops, kind) !== undefined) return;
    throw refusal(this.#rule, value);
  }
}

/** What is wrong with a value that an op of this rule does not take. */
export function refusal({ name, takes, remedy }: Rule, value: unknown): Refusal {
  const shown = typeof value === 'number' ? String(value) : describe(value);
  return new Refusal('ERR_OP', `${name} combines ${takes}, not ${shown}`, remedy(value));
}

/** What to do instead of giving this value to an op of numbers. */
export function generalRemedy(value: unknown): string {
  if (value instanceof DataView || arrayKindOf(value)?.name === 'ArrayBuffer') {
    return 'view its memory as a typed array';
  }
  return 'make an op for it with createOp((a, b) => …)';
}
