import type { TypedArray } from '../base/array-kind.ts';

/**
 * The arrays that pending receives will write into: no two may overlap.
 *
 * Which memory an array lies in is asked only when there are several: that alone costs a tenth of a
 * message.
 */
export class PendingBuffers {
  /** One of them, which mostly is the only one. */
  #single: TypedArray | undefined;
  /** The others, by the memory they lie in. */
  readonly #byMemory = new Map<ArrayBufferLike, TypedArray | Set<TypedArray>>();

  /** Take an array for a receive; false if a pending receive writes into any byte of it. */
  add(array: TypedArray): boolean {
    if (this.#single === undefined && this.#byMemory.size === 0) {
      this.#single = array;
      return true;
    }
    const memory = array.buffer;
    if (this.#single?.buffer === memory && overlap(this.#single, array)) return false;
    const others = this.#byMemory.get(memory);
    if (others === undefined) {
      this.#byMemory.set(memory, array);
    } else if (others instanceof Set) {
      for (const other of others) if (overlap(other, array)) return false;
      others.add(array);
    } else {
      if (overlap(others, array)) return false;
      this.#byMemory.set(memory, new Set([others, array]));
    }
    return true;
  }

  remove(array: TypedArray): void {
    if (this.#single === array) {
      this.#single = undefined;
      return;
    }
    const memory = array.buffer;
    const others = this.#byMemory.get(memory);
    if (others instanceof Set) {
      others.delete(array);
      if (others.size === 0) this.#byMemory.delete(memory);
    } else {
      this.#byMemory.delete(memory);
    }
  }
}

/** Tell whether two arrays in one memory share any byte. */
function overlap(one: TypedArray, other: TypedArray): boolean {
  const first = Math.max(one.byteOffset, other.byteOffset);
  const end = Math.min(one.byteOffset + one.byteLength, other.byteOffset + other.byteLength);
  return first < end;
}
