import type { TypedArray } from '../base/array-kind.ts';

/**
 * How the contributions of two ranks become one.
 *
 * It must be associative. Ranks are combined in their order, so it need not be commutative.
 *
 * @see MPI-4.1 §6.9.1, §6.9.5
 */
// biome-ignore lint/suspicious/noExplicitAny: an op of which nothing is known goes with every value
export abstract class Op<in T = any> {
  /** What messages call it: `sum`, or the name of the function it was made of. */
  readonly name: string;
  /** Whether left and right may change places. */
  readonly commutative: boolean;
  /** Whether arrays are combined element by element, so that they may be cut in pieces. */
  readonly elementwise: boolean;

  constructor(name: string, commutative: boolean, elementwise: boolean) {
    this.name = name;
    this.commutative = commutative;
    this.elementwise = elementwise;
  }

  /**
   * Combine what lower ranks gave with what higher ranks gave.
   *
   * Two typed arrays are combined into `into`, which is returned. What is no array may be returned
   * as it came. Otherwise the result is new, and neither side is changed.
   *
   * @param left  from the lower rank or ranks
   * @param right  from the higher rank or ranks
   * @param into  an array of the same kind and length, which may be `left` or `right`; only typed
   *   arrays go there
   * @throws MpiError `ERR_OP` if the op cannot take a value, `ERR_TYPE` or `ERR_COUNT` if the two
   *   sides differ in kind or length; the message does not say who calls
   */
  abstract combine<U extends T>(left: U, right: U, into?: TypedArray): U;

  /**
   * Look at one contribution before anything is sent. Plain arrays are walked through, the elements
   * of typed arrays are not looked at.
   *
   * @throws MpiError `ERR_OP` if the op cannot take it; the message does not say who calls
   */
  abstract check(value: unknown): void;

  /** Tell how many elements of this array belong together: it may be cut at multiples of that. */
  unit(_array: unknown): number {
    return 1;
  }
}

/**
 * What may be given as an op: a plain function stands for `createOp` of it.
 *
 * What is combined by an op says what T is, not the op: so `allreduce(1, sum)` is a number, and not `1`.
 */
export type OpLike<T> = Op<NoInfer<T>> | ((left: T, right: T) => T);
