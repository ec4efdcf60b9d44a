/** A message around all ranks, and no more: what a short job is. */
import { finalize, world } from 'tsmpi';

const { rank, size } = world;
if (rank === 0) {
  await world.send('P0', 1 % size);
  console.log(await world.receive<string>(size - 1));
} else {
  const message = await world.receive<string>(rank - 1);
  await world.send(`${message}P${rank}`, (rank + 1) % size);
}
await finalize();
