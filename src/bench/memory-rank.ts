/**
 * A rank that tells how much memory it takes while all ranks live.
 *
 * With the argument `messages` every rank has sent and received before; otherwise it only waits.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { finalize, world } from 'tsmpi';

/** Long enough for slower ranks to be there too. */
const SETTLE_MS = 1500;

const { rank, size } = world;
if (process.argv[2] === 'messages') {
  for (let round = 0; round < 10; round += 1) {
    await world.sendReceive({ round }, (rank + 1) % size, (rank - 1 + size) % size);
  }
}
await sleep(SETTLE_MS);
const rollup = readFileSync('/proc/self/smaps_rollup', 'utf8');
console.log(`Pss ${/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]}`);
await sleep(SETTLE_MS);
await finalize();
