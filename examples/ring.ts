// A message goes once around all ranks; each adds its name.
// predict: can rank 3 send before rank 1 has received?
// run: tsrun -n 4 examples/ring.ts
// change: let rank 0 receive first and send then.
// explain: each rank now waits for the one before it, and nobody begins: a deadlock. tsrun shows who
//   waits for whom, and in which line, and ends it.
// prints:
//   I am rank 0 of 4 on node NODE
//   I am rank 1 of 4 on node NODE
//   I am rank 2 of 4 on node NODE
//   I am rank 3 of 4 on node NODE
//   Processor 0 received message "P0P1P2P3" from rank 3
import { finalize, processorName, world } from 'tsmpi';

const { rank, size } = world;
console.log(`I am rank ${rank} of ${size} on node ${processorName}`);

if (rank === 0) {
  await world.send('P0', 1 % size);
  const message = await world.receive<string>(size - 1);
  console.log(`Processor 0 received message "${message}" from rank ${size - 1}`);
} else {
  const message = await world.receive<string>(rank - 1);
  await world.send(`${message}P${rank}`, (rank + 1) % size);
}
await finalize();
