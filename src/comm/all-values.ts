import { Packed } from '../codec/payload.ts';
import { bruck } from '../collective/allgather/bruck.ts';
import type { Channel } from '../collective/channel.ts';

/** Have every rank know what each gives, in few messages. */
export async function allValues(channel: Channel, value: unknown): Promise<unknown[]> {
  const blocks = await bruck(channel, Packed.of(value));
  return blocks.map((block) => block.unpack());
}
