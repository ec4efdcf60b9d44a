/** Ranks that wait in a receive, all but the first, which reads its input to the end. */
import { text } from 'node:stream/consumers';
import { finalize, world } from 'tsmpi';

const { rank, size } = world;

// The ranks have met once, as they have in any program that does something.
await world.sendReceive(0, (rank + 1) % size, (rank - 1 + size) % size);
if (rank === 0) {
  await text(process.stdin);
  for (let dest = 1; dest < size; dest += 1) await world.send(0, dest);
} else {
  console.log(JSON.stringify({ test: 'waiting', rank, pid: process.pid }));
  await world.receive(0);
}
await finalize();
