import type { TypedArray } from '../../base/array-kind.ts';
import type { Op } from '../../op/op.ts';
import type { Channel } from '../channel.ts';
import { Accumulator } from '../reduction/accumulator.ts';

/**
 * Combine the values of all ranks on the root, up a binomial tree.
 *
 * Blocks of 1, 2, 4 … neighbours become one: a rank of one block hands what that has to a rank of the next. It
 * is the lowest of each block that speaks for it, but the root where that is in it. So ranks are combined in their order
 * whatever the root. ceil(log2 p) steps, p - 1 messages of n bytes.
 *
 * @returns the result on the root, undefined on the others
 * @see MPI-4.1 §6.9.1; Thakur, Rabenseifner & Gropp 2005
 */
export async function binomial(
  channel: Channel,
  op: Op,
  value: unknown,
  into: TypedArray | undefined,
  root: number,
): Promise<unknown> {
  const { rank, size } = channel;
  const total = new Accumulator(channel, op, value, into);
  for (let width = 1; width < size; width *= 2) {
    const block = Math.floor(rank / width);
    const other = (block ^ 1) * width;
    if (other >= size) continue;
    const rootIsThere = root >= other && root < other + width;
    const speaker = rootIsThere ? root : other;
    if (rootIsThere || (rank !== root && block % 2 === 1)) {
      await channel.send(total.value, speaker);
      total.releaseRoom();
      return undefined;
    }
    total.add(await channel.receive(speaker, total.room), speaker > rank);
  }
  return total.finish();
}
