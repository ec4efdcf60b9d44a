import { sendSame } from '../block/send-all.ts';
import { allSent, type Channel, sendReceive } from '../channel.ts';

const TOKEN = new Uint8Array(0);

/**
 * Return once every rank has called this.
 *
 * Every rank tells rank 0, which waits for all and then lets all go: 2 steps, 2(p - 1) empty messages. Where ranks share
 * processors each has to come to turn only twice, while more rounds have them take turns for each.
 *
 * @see MPI-4.1 §6.3; "central counter" in Mellor-Crummey & Scott 1991
 */
export async function linear(channel: Channel): Promise<void> {
  const { rank, size } = channel;
  if (rank !== 0) {
    await sendReceive(channel, TOKEN, 0, 0);
    return;
  }
  for (let source = 1; source < size; source += 1) await channel.receive(source);
  await allSent(sendSame(channel, TOKEN));
}
