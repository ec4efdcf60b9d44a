/** Ranks 0 and 1 send 64 MiB to each other again and again; rank 2 waits for rank 1. */
import { writeSync } from 'node:fs';
import { type MpiError, world } from 'tsmpi';

const { rank } = world;
const outgoing = new Uint8Array(64 * 2 ** 20);
const into = new Uint8Array(outgoing.length);

async function exchange(peer: number): Promise<void> {
  for (;;) {
    await Promise.all([world.send(outgoing, peer), world.receive(peer, { into })]);
    writeSync(1, `transferred ${rank}\n`);
  }
}

writeSync(1, `rank ${rank} is ${process.pid}\n`);
try {
  if (rank === 2) await world.receive(1);
  else await exchange(1 - rank);
} catch (error) {
  const { code, peer } = error as MpiError;
  writeSync(1, `rank ${rank} failed: ${code} ${peer}\n`);
  throw error;
}
