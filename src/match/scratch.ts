import { arrayKindOf, type TypedArray } from '../base/array-kind.ts';
import { assert } from '../base/error.ts';

/** Up to so many bytes an array is kept as it is: to view memory anew takes as long as to fill it. */
const SHORT_BYTES = 1024;
/** Longer memory is not kept. */
const MOST_BYTES = 16 * 2 ** 20;
/** Memory of which so many arrays in a row needed less than half is given up. */
const IDLE_ARRAYS = 64;

/**
 * Typed arrays for what arrives and is used up soon after, kept for the next time.
 *
 * To fill fresh memory takes several times as long as to fill some that was used before, and a short array takes longer to make
 * than to fill.
 */
export class Scratch {
  #short: TypedArray | undefined;
  #memory: ArrayBuffer | undefined;
  #idle = 0;

  /** Take an array of the kind of another, of so many elements; what is in it is left over from before. */
  take(like: TypedArray, count: number): TypedArray {
    const short = this.#short;
    if (short?.length === count && short.constructor === like.constructor) {
      this.#short = undefined;
      return short;
    }
    const kind = arrayKindOf(like);
    assert(kind !== undefined, 'a typed array has a kind');
    return kind.view(this.#takeMemory(count * kind.bytesPerElement), 0, count) as TypedArray;
  }

  /** Give an array back that `take` handed out, when nothing refers to it any more. */
  give(array: TypedArray): void {
    const { buffer, byteLength } = array;
    const kept = this.#memory?.byteLength ?? 0;
    if (2 * byteLength >= kept) this.#idle = 0;
    else this.#idle += 1;
    if (this.#idle >= IDLE_ARRAYS) this.#memory = undefined;
    if (byteLength <= SHORT_BYTES && buffer.byteLength <= SHORT_BYTES) this.#short = array;
    else if (buffer.byteLength > kept && buffer.byteLength <= MOST_BYTES)
      this.#memory = buffer as ArrayBuffer;
  }

  #takeMemory(bytes: number): ArrayBuffer {
    const memory = this.#memory;
    if (bytes <= SHORT_BYTES || memory === undefined || memory.byteLength < bytes) {
      return new ArrayBuffer(bytes);
    }
    this.#memory = undefined;
    return memory;
  }
}
