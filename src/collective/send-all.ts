import type { Request } from '../request/request.ts';
import { allSent, type Channel } from './channel.ts';

/** Send each other rank its own of these, beginning with the next one, so that not all begin with the same. */
export async function sendAll(channel: Channel, values: readonly unknown[]): Promise<void> {
  const { rank, size } = channel;
  const sends: Request<void>[] = [];
  for (let step = 1; step < size; step += 1) {
    const dest = (rank + step) % size;
    const send = channel.send(values[dest], dest);
    if (!send.test()) sends.push(send);
  }
  await allSent(sends);
}
