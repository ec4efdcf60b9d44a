import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import type { Channel } from '../channel.ts';
import { freshLike } from './memory.ts';
import type { Reduction } from './reduction.ts';

/** A reduction that cuts arrays into pieces, between two ranks at least. */
export type InPieces = (
  channel: Channel,
  op: Op,
  value: TypedArray,
  into: TypedArray,
  root: number,
) => Promise<unknown>;

/** Take an algorithm that cuts arrays where there are several ranks and the value can be cut; another one if not. */
export function inPieces(pieces: InPieces, whole: Reduction): Reduction {
  return (channel, op, value, into, root) =>
    channel.size > 1 && op.elementwise && isTypedArray(value)
      ? pieces(channel, op, value, into ?? freshLike(value), root)
      : whole(channel, op, value, into, root);
}
