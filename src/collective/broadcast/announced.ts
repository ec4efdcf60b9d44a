import { note, readNote } from '../../codec/bundle.ts';
import type { Packed } from '../../codec/payload.ts';
import type { Room } from '../../match/receive-operation.ts';
import type { Channel } from '../channel.ts';
import { binomial } from './binomial.ts';
import { chain } from './chain.ts';
import { linear } from './linear.ts';
import type { Whole } from './parts.ts';
import { scatterAllgather } from './scatter-allgather.ts';

type Steps = (
  channel: Channel,
  root: number,
  whole: Whole,
  value: Packed | undefined,
  room?: Room,
) => Packed | Promise<Packed>;

/** The algorithms that can be announced, by the numbers that stand for them in notes. */
const ANNOUNCED: readonly (readonly [name: string, steps: Steps])[] = [
  ['linear', (channel, root, _, value, room) => linear(channel, root, value, room)],
  ['chain', chain],
  ['scatter-allgather', scatterAllgather],
];

/**
 * Bring a value from the root to all in the way that the root chooses, as it alone knows the size.
 *
 * By the binomial tree it goes at once. For any other way a note of kind, size and algorithm, 24 bytes, goes down that tree first.
 *
 * @param algorithm  counts on the root alone
 */
export async function announced(
  channel: Channel,
  root: number,
  algorithm: string,
  value: Packed | undefined,
  room: Room | undefined,
): Promise<Packed> {
  const number = ANNOUNCED.findIndex(([name]) => name === algorithm);
  const first =
    value === undefined || number < 0 ? value : note(value.dataKind, value.bytes.length, number);
  const arrived = await binomial(channel, root, first, room);
  const [dataKind, bytes, chosen] = readNote(arrived) ?? [];
  if (dataKind === undefined || bytes === undefined || chosen === undefined) return arrived;
  const [, steps] = ANNOUNCED[chosen] as (typeof ANNOUNCED)[number];
  return await steps(channel, root, { dataKind, bytes }, value, room);
}
