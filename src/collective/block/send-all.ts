import type { Request } from '../../request/request.ts';
import type { Channel } from '../channel.ts';

/** Mostly all is sent at once. */
const NOTHING_LEFT: readonly Request<void>[] = [];

/**
 * Start to send each other rank its own of these, beginning with the next rank, so that not all begin with the same.
 *
 * @returns the sends that are not complete yet
 */
export function sendEach(channel: Channel, values: readonly unknown[]): readonly Request<void>[] {
  const { rank, size } = channel;
  let sends: Request<void>[] | undefined;
  for (let step = 1; step < size; step += 1) {
    const dest = (rank + step) % size;
    const send = channel.send(values[dest], dest);
    if (send.test()) continue;
    if (sends === undefined) sends = [send];
    else sends.push(send);
  }
  return sends ?? NOTHING_LEFT;
}

/** Start to send each other rank the same. @returns as `sendEach` */
export function sendSame(channel: Channel, value: unknown): readonly Request<void>[] {
  const { rank, size } = channel;
  let sends: Request<void>[] | undefined;
  for (let step = 1; step < size; step += 1) {
    const send = channel.send(value, (rank + step) % size);
    if (send.test()) continue;
    if (sends === undefined) sends = [send];
    else sends.push(send);
  }
  return sends ?? NOTHING_LEFT;
}
