import type { TypedArray } from '../base/array-kind.ts';
import { MpiError } from '../base/error.ts';
import { Op } from './op.ts';
import { countsDiffer, describe, kindsDiffer, Refusal, raised, within } from './refusal.ts';
import {
  type BigIntArray,
  commonKind,
  isBigIntArray,
  isSameKind,
  isTypedArray,
  type NumberArray,
  targetOf,
} from './typed-array.ts';

/** What an op of one's own may be told. */
export interface OpOptions {
  /** Whether left and right may change places: what arrives first may be combined first. Default: no. */
  readonly commutative?: boolean | undefined;
  /** Whether the function combines elements of arrays, not whole contributions. Default: no. */
  readonly elementwise?: boolean | undefined;
  /** What messages call it. Default: the name of the function. */
  readonly name?: string | undefined;
}

/** What an op takes that combines elements of type `E`: one of them, or an array of them. */
export type Elements<E> =
  | E
  | readonly E[]
  | (number extends E ? NumberArray : never)
  | (bigint extends E ? BigIntArray : never);

type Combine = (left: unknown, right: unknown) => unknown;

/** An op that gives its function what ranks contributed, whole. */
class WholeOp<in T> extends Op<T> {
  readonly #combine: Combine;

  constructor(fn: Combine, name: string, commutative: boolean) {
    super(name, commutative, false);
    this.#combine = fn;
  }

  override combine<U extends T>(left: U, right: U, into?: TypedArray): U {
    const combine = this.#combine;
    const result = combine(left, right);
    try {
      if (result instanceof Promise) throw promised(this.name);
      return (into === undefined ? result : this.#copy(result, into)) as U;
    } catch (error) {
      throw raised(error);
    }
  }

  /** What it takes only the function knows. */
  override check(): void {}

  #copy(result: unknown, into: TypedArray): TypedArray {
    if (result === into) return into;
    if (!isTypedArray(result) || !isSameKind(result, into)) {
      throw this.#unfit(describe(result), describe(into));
    }
    if (result.length !== into.length) {
      throw this.#unfit(`an array of ${result.length}`, `one of ${into.length}`);
    }
    into.set(result as never);
    return into;
  }

  #unfit(result: string, into: string): Refusal {
    return new Refusal(
      'ERR_OP',
      `${this.name} returned ${result} where ${into} is to be filled`,
      'return such an array, or leave out into',
    );
  }
}

/** An op that gives its function elements at the same place of two arrays, or two values that are none. */
class ElementwiseOp<in T> extends Op<T> {
  readonly #combine: Combine;

  constructor(fn: Combine, name: string, commutative: boolean) {
    super(name, commutative, true);
    this.#combine = fn;
  }

  override combine<U extends T>(left: U, right: U, into?: TypedArray): U {
    try {
      return this.#combineSides(left, right, into) as U;
    } catch (error) {
      throw raised(error);
    }
  }

  /** What it takes only the function knows. */
  override check(): void {}

  #combineSides(left: unknown, right: unknown, into?: TypedArray): unknown {
    if (isTypedArray(left) && isTypedArray(right)) return this.#combineArrays(left, right, into);
    if (Array.isArray(left) && Array.isArray(right)) return this.#combineLists(left, right);
    if (isArray(left) || isArray(right)) throw kindsDiffer(this.name, left, right);
    const combine = this.#combine;
    const result = combine(left, right);
    if (result instanceof Promise) throw promised(this.name);
    return result;
  }

  #combineLists(left: readonly unknown[], right: readonly unknown[]): unknown[] {
    const combine = this.#combine;
    if (left.length !== right.length) throw countsDiffer(this.name, left.length, right.length);
    const result = [...left];
    for (let at = 0; at < result.length; at += 1) {
      const element = combine(left[at], right[at]);
      if (element instanceof Promise) throw within(promised(this.name), at);
      result[at] = element;
    }
    return result;
  }

  #combineArrays(left: TypedArray, right: TypedArray, into?: TypedArray): TypedArray {
    const kind = commonKind(this.name, left, right);
    const target = targetOf(into, kind, left.length);
    const wanted = isBigIntArray(left) ? 'bigint' : 'number';
    const combine = this.#combine;
    for (let at = 0; at < target.length; at += 1) {
      const element = combine(left[at], right[at]);
      if (typeof element !== wanted) throw within(this.#wrongElement(element, target, wanted), at);
      target[at] = element as never;
    }
    return target;
  }

  #wrongElement(element: unknown, array: TypedArray, wanted: string): Refusal {
    return new Refusal(
      'ERR_OP',
      `${this.name} returned ${describe(element)} for an element of ${describe(array)}`,
      `return a ${wanted}`,
    );
  }
}

/**
 * Make an op of a function that combines what two ranks contributed.
 *
 * The function must be associative, and must not change what it is given. It is called with what
 * comes from the lower ranks first. With `elementwise` it is given the elements of two arrays at
 * the same place, and the arrays may be combined in pieces; an array inside an array is one
 * element, and a value that is no array is given as it is.
 *
 * @throws MpiError `ERR_OP` if it is given no function, `ERR_ARG` if an option is of the wrong kind
 * @see MPI-4.1 §6.9.5
 */
export function createOp<E>(
  fn: (left: E, right: E) => E,
  options: OpOptions & { readonly elementwise: true },
): Op<Elements<E>>;
export function createOp<T>(
  fn: (left: T, right: T) => T,
  options?: OpOptions & { readonly elementwise?: false | undefined },
): Op<T>;
export function createOp(fn: Combine, options: OpOptions = {}): Op<never> {
  if (typeof fn !== 'function') {
    throw new MpiError('ERR_OP', `createOp takes a function (a, b) => …, not ${describe(fn)}`);
  }
  if (typeof options !== 'object' || options === null) {
    const example = 'the options must be an object such as { commutative: true }';
    throw new MpiError('ERR_ARG', `createOp: ${example}, not ${describe(options)}`);
  }
  const { commutative = false, elementwise = false, name = fn.name || 'the function' } = options;
  checkOption('commutative', commutative, 'boolean');
  checkOption('elementwise', elementwise, 'boolean');
  checkOption('name', name, 'string');
  const Kind = elementwise ? ElementwiseOp : WholeOp;
  return new Kind(fn, name, commutative);
}

function checkOption(option: string, value: unknown, wanted: string): void {
  if (typeof value === wanted) return;
  throw new MpiError('ERR_ARG', `createOp: ${option} must be a ${wanted}, not ${describe(value)}`);
}

function isArray(value: unknown): boolean {
  return Array.isArray(value) || isTypedArray(value);
}

/** What is wrong with a promise: it would travel to other ranks, and cannot. */
function promised(op: string): Refusal {
  return new Refusal('ERR_OP', `${op} returned a Promise`, 'an op must return its result itself');
}
