/** Rank 0 sends 64 MiB to rank 1 again and again; rank 2 waits for rank 1. */
import { writeSync } from 'node:fs';
import { world } from 'tsmpi';

const { rank } = world;
const block = new Uint8Array(64 * 2 ** 20);
writeSync(1, `rank ${rank} is ${process.pid}\n`);
for (;;) {
  if (rank === 0) await world.send(block, 1);
  if (rank === 1) await world.receive(0, { into: block });
  if (rank === 2) await world.receive(1);
  if (rank === 1) writeSync(1, 'transferred\n');
}
