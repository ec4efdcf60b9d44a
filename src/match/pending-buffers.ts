import type { TypedArray } from '../base/array-kind.ts';

/** The arrays that pending receives will write into: no two may overlap. */
export class PendingBuffers {
  /** The first of them, which mostly is the only one and needs no search. */
  #single: TypedArray | undefined;
  /** The others, by the memory they lie in. */
  readonly #byMemory = new Map<ArrayBufferLike, Set<TypedArray>>();

  /** Tell whether a pending receive writes into any byte of this array. */
  overlaps(array: TypedArray): boolean {
    if (this.#single !== undefined && overlap(this.#single, array)) return true;
    if (this.#byMemory.size === 0) return false;
    for (const other of this.#byMemory.get(array.buffer) ?? []) {
      if (overlap(other, array)) return true;
    }
    return false;
  }

  add(array: TypedArray): void {
    if (this.#single === undefined) {
      this.#single = array;
      return;
    }
    const others = this.#byMemory.get(array.buffer);
    if (others === undefined) this.#byMemory.set(array.buffer, new Set([array]));
    else others.add(array);
  }

  remove(array: TypedArray): void {
    if (this.#single === array) {
      this.#single = undefined;
      return;
    }
    const others = this.#byMemory.get(array.buffer);
    others?.delete(array);
    if (others?.size === 0) this.#byMemory.delete(array.buffer);
  }
}

function overlap(one: TypedArray, other: TypedArray): boolean {
  if (one.buffer !== other.buffer) return false;
  const first = Math.max(one.byteOffset, other.byteOffset);
  const end = Math.min(one.byteOffset + one.byteLength, other.byteOffset + other.byteLength);
  return first < end;
}
