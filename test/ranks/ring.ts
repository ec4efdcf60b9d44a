import { world } from 'tsmpi';

const { rank, size } = world;
if (rank === 0) {
  await world.send('P0', 1 % size);
  console.log(await world.receive(size - 1));
} else {
  await world.send(`${await world.receive(rank - 1)}P${rank}`, (rank + 1) % size);
}
