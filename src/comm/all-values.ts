import { type Channel, sendReceive } from '../collective/channel.ts';

/** Have every rank know what each gives, by Bruck's way: ceil(log2 p) steps. */
export async function allValues(channel: Channel, value: unknown): Promise<unknown[]> {
  const { rank, size } = channel;
  const known: unknown[] = [value];
  while (known.length < size) {
    const distance = known.length;
    const part = known.slice(0, size - distance);
    const dest = (rank - distance + size) % size;
    const more = await sendReceive(channel, part, dest, (rank + distance) % size);
    known.push(...(more as unknown[]));
  }
  return Array.from(known, (_, at) => known[(at - rank + size) % size]);
}
