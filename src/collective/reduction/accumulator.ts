import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import type { Channel } from '../channel.ts';
import { copyInto, copyOfValue, freshLike } from './memory.ts';

/**
 * What a rank has combined so far of the contributions of neighbouring ranks, and the memory for it.
 *
 * Typed arrays need two arrays besides that of the rank, one for what arrives and one for the result, however many
 * contributions there are. The rank's own array is not changed, unless it was given for the result as well.
 */
export class Accumulator {
  readonly #channel: Channel;
  readonly #op: Op;
  /** Whether the op puts results into arrays that it is given. */
  readonly #fills: boolean;
  #value: unknown;
  /** Whether the value belongs to somebody else, and is to be left as it is. */
  #lent: boolean;
  #target: TypedArray | undefined;
  #room: TypedArray | undefined;

  /**
   * @param value  of this rank
   * @param into  where the result goes: an array of the kind and length of the value, or the value itself; memory
   *   of its own if left out
   */
  constructor(channel: Channel, op: Op, value: unknown, into?: TypedArray) {
    this.#channel = channel;
    this.#op = op;
    this.#fills = op.elementwise && isTypedArray(value);
    this.#value = value;
    this.#lent = value !== into;
    this.#target = into;
    this.#room = undefined;
  }

  /** Begin with what was received, and may be changed. */
  static withReceived(channel: Channel, op: Op, value: unknown, into?: TypedArray): Accumulator {
    const total = new Accumulator(channel, op, value, into);
    if (into !== undefined) return total;
    total.#lent = false;
    if (total.#fills) total.#target = value as TypedArray;
    return total;
  }

  /** What is combined so far. It may be sent, and must have left before more is added. */
  get value(): unknown {
    return this.#value;
  }

  /** Where a contribution is to be received; undefined if it comes with memory of its own. */
  get room(): TypedArray | undefined {
    if (!this.#fills) return undefined;
    if (this.#room === undefined) {
      const array = this.#value as TypedArray;
      this.#room = this.#channel.scratch.take(array, array.length);
    }
    return this.#room;
  }

  /** Add the contribution of the ranks below or above. */
  add(other: unknown, isAbove: boolean): void {
    const value = this.#value;
    if (this.#fills && this.#target === undefined) this.#target = freshLike(value as TypedArray);
    const combined = isAbove
      ? this.#op.combine(value, other, this.#target)
      : this.#op.combine(other, value, this.#target);
    if (combined !== value) this.#lent = false;
    this.#value = combined;
  }

  /** Nothing more will be received. */
  releaseRoom(): void {
    if (this.#room !== undefined) this.#channel.scratch.give(this.#room);
    this.#room = undefined;
  }

  /** Leave what was received where it is, and receive elsewhere from now on. */
  keepRoom(): void {
    this.#room = undefined;
  }

  /** Nothing more will be added. @returns what was combined, in the array given for it or else in memory of its own */
  finish(): unknown {
    this.releaseRoom();
    if (!this.#lent) return this.#value;
    if (!this.#fills) return copyOfValue(this.#value);
    const array = this.#value as TypedArray;
    return copyInto(this.#target ?? freshLike(array), array);
  }
}
