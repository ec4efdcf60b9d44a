import type { TypedArray } from '../base/array-kind.ts';

/** The arrays that pending receives will write into: no two may overlap. */
export class PendingBuffers {
  readonly #byMemory = new Map<ArrayBufferLike, Set<TypedArray>>();

  /** Tell whether a pending receive writes into any byte of this array. */
  overlaps(array: TypedArray): boolean {
    for (const other of this.#byMemory.get(array.buffer) ?? []) {
      const first = Math.max(array.byteOffset, other.byteOffset);
      const end = Math.min(
        array.byteOffset + array.byteLength,
        other.byteOffset + other.byteLength,
      );
      if (first < end) return true;
    }
    return false;
  }

  add(array: TypedArray): void {
    const others = this.#byMemory.get(array.buffer);
    if (others === undefined) this.#byMemory.set(array.buffer, new Set([array]));
    else others.add(array);
  }

  remove(array: TypedArray): void {
    const others = this.#byMemory.get(array.buffer);
    others?.delete(array);
    if (others?.size === 0) this.#byMemory.delete(array.buffer);
  }
}
