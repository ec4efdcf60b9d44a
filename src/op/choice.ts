import type { TypedArray } from '../base/array-kind.ts';
import { Op } from './op.ts';
import { kindsDiffer, raised } from './refusal.ts';
import { commonKind, isTypedArray, targetOf } from './typed-array.ts';

/** An op whose result is one of the two sides, whatever they are. */
class Choice extends Op<unknown> {
  readonly #takesRight: boolean;

  constructor(name: string, takesRight: boolean) {
    super(name, false, true);
    this.#takesRight = takesRight;
  }

  override combine<U>(left: U, right: U, into?: TypedArray): U {
    const chosen = this.#takesRight ? right : left;
    if (!isTypedArray(left) && !isTypedArray(right)) return chosen;
    try {
      return this.#copy(left, right, into) as U;
    } catch (error) {
      throw raised(error);
    }
  }

  /** Any value will do. */
  override check(): void {}

  /** Typed arrays may come in pieces, so they must go together as for any other op. */
  #copy(left: unknown, right: unknown, into?: TypedArray): TypedArray {
    if (!isTypedArray(left) || !isTypedArray(right)) throw kindsDiffer(this.name, left, right);
    const kind = commonKind(this.name, left, right);
    const target = targetOf(into, kind, left.length);
    const chosen = this.#takesRight ? right : left;
    // Both are of one kind, which the union of all kinds cannot say.
    if (chosen !== target) target.set(chosen as never);
    return target;
  }
}

/**
 * Keep what the highest rank gave, whatever it is.
 *
 * @see MPI-4.1 §12.3.4
 */
export const replace: Op<unknown> = new Choice('replace', true);

/**
 * Keep what the lowest rank gave, whatever it is.
 *
 * @see MPI-4.1 §12.3.4
 */
export const noOp: Op<unknown> = new Choice('noOp', false);
