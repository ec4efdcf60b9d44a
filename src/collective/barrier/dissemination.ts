import { type Channel, sendReceive } from '../channel.ts';

const TOKEN = new Uint8Array(0);

/**
 * Return once every rank has called this.
 *
 * In round k each rank signals the rank 2^k above it and waits for the rank 2^k below, so news of
 * every rank reaches every other: ceil(log2 p) rounds, one empty message per rank per round.
 *
 * @see MPI-4.1 §6.3; Hensgen, Finkel & Manber 1988
 */
export async function dissemination(channel: Channel): Promise<void> {
  const { rank, size } = channel;
  for (let distance = 1; distance < size; distance *= 2) {
    await sendReceive(channel, TOKEN, (rank + distance) % size, (rank - distance + size) % size);
  }
}
