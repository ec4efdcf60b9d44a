// Rank 0 sends 64 MiB again and again, and each rank tells its process number first.
import { world } from 'tsmpi';

const array = new Uint8Array(64 * 2 ** 20);
console.log(`rank ${world.rank} is ${process.pid}`);
for (;;) {
  if (world.rank === 0) await world.send(array, 1);
  else {
    await world.receive(0);
    console.log('received');
  }
}
